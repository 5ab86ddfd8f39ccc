/** What a declared type means for a column. */
import ts from 'typescript'
import { docOf } from './lists.ts'

export type Shape =
  | {
      readonly kind: 'scalar'
      readonly type: 'text' | 'integer' | 'decimal' | 'float' | 'boolean' | 'timestamp'
    }
  /** An id that may be expanded to an object. */
  | { readonly kind: 'expandable' }
  /** A whole object of the API, with an id of its own. */
  | { readonly kind: 'resource' }
  /** A nested object with declared fields. */
  | { readonly kind: 'object'; readonly type: ts.Type }
  /** A list that the API truncates; `item` is what it holds. */
  | { readonly kind: 'list'; readonly item: ts.Type }
  /** Arrays, maps, unions: kept as they come; `item` is the object that an array holds. */
  | { readonly kind: 'json'; readonly expandable: boolean; readonly item?: ts.Type }
  /** `deleted?: void`: says that the object is no such stub. */
  | { readonly kind: 'none' }

export interface Field {
  readonly name: string
  readonly shape: Shape
  /** The doc comment, as one line; empty without one. */
  readonly doc: string
  /** May be null or missing. */
  readonly nullable: boolean
  /** May be missing. */
  readonly optional: boolean
}

/** The declared fields of an object, in order of declaration. */
export function fieldsOf(type: ts.Type, checker: ts.TypeChecker): Field[] {
  return type.getProperties().map((property) => {
    const declared = checker.getTypeOfSymbol(property)
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0
    const members = declared.isUnion() ? declared.types : [declared]
    const doc = docOf(property, checker)
    const isNothing = (member: ts.Type) => (member.flags & (ts.TypeFlags.Null | ts.TypeFlags.Undefined)) !== 0
    return {
      name: property.name,
      doc,
      shape: shapeOf(
        property.name,
        doc,
        members.filter((member) => !isNothing(member)),
        checker,
      ),
      nullable: optional || members.some(isNothing),
      optional,
    }
  })
}

function shapeOf(name: string, doc: string, members: readonly ts.Type[], checker: ts.TypeChecker): Shape {
  if (name === 'deleted' || members.every(({ flags }) => (flags & ts.TypeFlags.Void) !== 0)) {
    return { kind: 'none' }
  }
  if (members.every(isText)) return { kind: 'scalar', type: textType(name) }
  if (members.every(({ flags }) => (flags & ts.TypeFlags.BooleanLike) !== 0)) {
    return { kind: 'scalar', type: 'boolean' }
  }
  if (members.every(({ flags }) => (flags & ts.TypeFlags.NumberLike) !== 0)) {
    return { kind: 'scalar', type: numberType(name, doc) }
  }
  const objects = members.filter((member) => !isText(member))
  if (objects.length < members.length && objects.every(hasId)) return { kind: 'expandable' }
  if (objects.every((member) => isResource(member, checker))) return { kind: 'resource' }
  const [only] = members
  if (members.length !== 1 || !only) return { kind: 'json', expandable: false }
  if (
    only.symbol?.name === 'DecimalImpl' ||
    only.aliasSymbol?.name === 'Decimal' ||
    only.symbol?.name === 'Decimal'
  ) {
    return { kind: 'scalar', type: 'decimal' }
  }
  if (checker.isArrayType(only)) {
    const [element] = checker.getTypeArguments(only as ts.TypeReference)
    const parts = element?.isUnion() ? element.types : []
    const expandable = parts.some(isText) && parts.some(hasId)
    const hasFields = element !== undefined && parts.length === 0 && isPlainObject(element, checker)
    return { kind: 'json', expandable, ...(hasFields ? { item: element } : {}) }
  }
  if (only.symbol?.name === 'ApiList') {
    const [item] = checker.getTypeArguments(only as ts.TypeReference)
    if (!item) throw new Error(`${name}: a list of what?`)
    return { kind: 'list', item }
  }
  if (isPlainObject(only, checker)) return { kind: 'object', type: only }
  return { kind: 'json', expandable: false }
}

/** One with declared fields, and no map. */
function isPlainObject(type: ts.Type, checker: ts.TypeChecker): boolean {
  const isMap = checker.getIndexInfosOfType(type).length > 0
  return (type.flags & ts.TypeFlags.Object) !== 0 && !isMap && type.getProperties().length > 0
}

/** Literals, `string`, and the package's open enums (`string & Record<never, never>`). */
function isText(type: ts.Type): boolean {
  if ((type.flags & ts.TypeFlags.StringLike) !== 0) return true
  return type.isIntersection() && type.types.some(isText)
}

const hasId = (type: ts.Type) =>
  (type.flags & ts.TypeFlags.Object) !== 0 && type.getProperty('id') !== undefined

/** An object that the API serves by its id: it has `id` and says what it is by a literal `object`. */
export function isResource(type: ts.Type, checker: ts.TypeChecker): boolean {
  return hasId(type) && objectNames(type, checker).length > 0
}

/** The values of an object's `object` field: `['invoice']`. */
export function objectNames(type: ts.Type, checker: ts.TypeChecker): string[] {
  if (type.isUnion()) return [...new Set(type.types.flatMap((member) => objectNames(member, checker)))].sort()
  const property = type.getProperty('object')
  const declared = property && checker.getTypeOfSymbol(property)
  return declared?.isStringLiteral() ? [declared.value] : []
}

/** Sums finer than a cent are strings of digits on the wire. */
const textType = (name: string) => (name.endsWith('_decimal') ? 'decimal' : 'text')

/** Numbers whose digits after the point matter; the declarations say `number` for these as for any other. */
const fractional = /(^|_)rate$|^(latitude|longitude|aggregated_value|height|length|weight|width)$/
const namedTime =
  /(^|_)(created|date|deadline|until|start|end|frozen_time)$|_(at|on|since|before|after)$|^(arrival|due)_/
const saysTime =
  /seconds since the (unix )?epoch|unix (epoch )?timestamp|epoch seconds|timestamp|^(the )?(date|time)\b|\b(date|time) (at|on|when|that|by|after|until|of) |^when /i
/** Lengths of time, offsets, and the one field in milliseconds: numbers as they are. */
const saysLength = /number of |in (days|months|minutes|milliseconds)\b|milliseconds since/i

/**
 * Unix seconds are not told from other integers by their type: the doc comment and the name say it.
 * The golden list of columns shows every decision.
 */
function numberType(name: string, doc: string): 'integer' | 'decimal' | 'float' | 'timestamp' {
  if (/percent/.test(name)) return 'decimal'
  if (fractional.test(name)) return 'float'
  if (saysLength.test(doc)) return 'integer'
  return namedTime.test(name) || saysTime.test(doc) ? 'timestamp' : 'integer'
}
