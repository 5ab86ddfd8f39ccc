/** The columns of an object, and the lists inside it, by the shape of its fields. */
import type ts from 'typescript'
import type { CatalogColumn } from '../../src/stripe/catalog.ts'
import type { PartType } from '../../src/stripe/descriptions.ts'
import { type Field, fieldsOf, type Shape } from './types.ts'

/** A nested object of more leaves than this stays JSON: it is one of those with a part per payment method. */
const maxLeaves = 10
/** Deeper fields stay JSON: nobody looks for a column named by four words. */
const maxDepth = 3
/** How far what is nested in a JSON column is told. */
const partDepth = 2
/**
 * Objects that stay JSON though they are small: those with a part per payment method, of which Stripe adds more
 * every month, and those of which a table would get many columns that are hardly ever filled.
 */
const kept = new Set([
  'payment_method_details',
  'payment_method_options',
  'next_action',
  'confirmation_secret',
  'customer_shipping',
  'pending_update',
  'rendering',
  'shipping_details',
  'threshold_reason',
])

/** A list that the API truncates, inside an object. */
export interface InnerList {
  readonly path: readonly string[]
  readonly item: ts.Type
  /** The field may be missing: it comes only when asked for. */
  readonly optional: boolean
}

/** The fields of all objects that a list mixes, merged by name: missing in one is nullable, different in two is JSON. */
export function mergedFields(members: readonly ts.Type[], checker: ts.TypeChecker): readonly Field[] {
  const merged = new Map<string, Field>()
  const seen = new Map<string, number>()
  for (const field of members.flatMap((member) => fieldsOf(member, checker))) {
    const before = merged.get(field.name)
    seen.set(field.name, (seen.get(field.name) ?? 0) + 1)
    if (!before) {
      merged.set(field.name, field)
    } else {
      merged.set(field.name, {
        name: field.name,
        doc: before.doc || field.doc,
        shape: commonShape(before.shape, field.shape),
        nullable: before.nullable || field.nullable,
        optional: before.optional || field.optional,
      })
    }
  }
  return [...merged.values()].map((field) =>
    (seen.get(field.name) ?? 0) < members.length ? { ...field, nullable: true, optional: true } : field,
  )
}

function commonShape(a: Shape, b: Shape): Shape {
  const kinds = new Set([a.kind, b.kind])
  if (kinds.size === 1 && (!('type' in a) || !('type' in b) || a.type === b.type)) return a
  // An id that only one of the two can expand is an id in both.
  const isId = (shape: Shape) =>
    shape.kind === 'expandable' || (shape.kind === 'scalar' && shape.type === 'text')
  return isId(a) && isId(b) ? { kind: 'expandable' } : { kind: 'json', expandable: false }
}

/** Lists at any depth of nested objects, outside of other whole objects. */
export function innerLists(
  fields: readonly Field[],
  checker: ts.TypeChecker,
  path: readonly string[] = [],
  optional = false,
): readonly InnerList[] {
  return fields.flatMap((field): readonly InnerList[] => {
    const place = [...path, field.name]
    const missing = optional || field.optional
    if (field.shape.kind === 'list') return [{ path: place, item: field.shape.item, optional: missing }]
    if (field.shape.kind !== 'object' || place.length > maxDepth) return []
    return innerLists(fieldsOf(field.shape.type, checker), checker, place, missing)
  })
}

/**
 * Columns in the order of the fields. Lists whose path is in `lists` (joined by dots) have a table of their
 * own and are none; a whole object inside another one is JSON and, beside it, its id.
 */
export function columnsOf(
  fields: readonly Field[],
  lists: ReadonlySet<string>,
  checker: ts.TypeChecker,
): readonly DescribedColumn[] {
  return named(fields.flatMap((field) => leaves(field, [], false, lists, checker)))
}

/** A column with what its declaration says of it. */
export interface DescribedColumn extends CatalogColumn {
  readonly doc: string
  /** Of a JSON column: what is nested in its object, or in the objects of its array; each before what is in it. */
  readonly parts?: readonly DescribedPart[]
}

export interface DescribedPart {
  /** From the column on: `card.checks`. */
  readonly place: string
  readonly type: PartType
  readonly doc: string
}

type Leaf = Omit<DescribedColumn, 'name'>

function leaves(
  field: Field,
  parent: readonly string[],
  parentNullable: boolean,
  lists: ReadonlySet<string>,
  checker: ts.TypeChecker,
): readonly Leaf[] {
  const path = [...parent, field.name]
  const nullable = parentNullable || field.nullable
  const { shape, doc } = field
  if (shape.kind === 'none') return []
  if (shape.kind === 'scalar') return [{ path, type: shape.type, nullable, doc }]
  if (shape.kind === 'expandable') return [{ path, type: 'text', nullable, expandable: true, doc }]
  if (shape.kind === 'resource') {
    return [
      { path: [...path, 'id'], type: 'text', nullable, doc },
      { path, type: 'json', nullable, doc },
    ]
  }
  if (shape.kind === 'list' && lists.has(path.join('.'))) return []
  const whole: Leaf = {
    path,
    type: 'json',
    nullable,
    ...(shape.kind === 'json' && shape.expandable ? { expandable: true } : {}),
    doc,
    parts: partsOf(shape, checker),
  }
  if (shape.kind !== 'object' || path.length === maxDepth || kept.has(field.name)) return [whole]
  const inner = fieldsOf(shape.type, checker).flatMap((part) => leaves(part, path, nullable, lists, checker))
  return inner.length === 0 || inner.length > maxLeaves ? [whole] : inner
}

function partsOf(shape: Shape, checker: ts.TypeChecker, depth = 1): readonly DescribedPart[] {
  const type = shape.kind === 'object' ? shape.type : shape.kind === 'json' ? shape.item : undefined
  if (!type || depth > partDepth) return []
  return fieldsOf(type, checker)
    .filter((field) => field.shape.kind !== 'none')
    .flatMap(({ name, doc, shape }) => [
      { place: name, type: partType(shape), doc },
      ...partsOf(shape, checker, depth + 1).map((part) => ({ ...part, place: `${name}.${part.place}` })),
    ])
}

/** As it stands in the JSON, which is kept as it came: a time is a number there. */
function partType(shape: Shape): PartType {
  if (shape.kind === 'expandable') return 'text'
  if (shape.kind !== 'scalar') return 'json'
  return shape.type === 'timestamp' ? 'integer' : shape.type
}

/** Names from paths; of two that come out the same, the deeper one is told apart by double underscores. */
function named(found: readonly Leaf[]): readonly DescribedColumn[] {
  const byDepth = [...found].sort((a, b) => a.path.length - b.path.length)
  const names = new Map<Leaf, string>()
  const taken = new Set<string>()
  for (const leaf of byDepth) {
    const name = ['_', '__', '___'].map((glue) => leaf.path.join(glue)).find((word) => !taken.has(word))
    if (!name) throw new Error(`no free name for ${leaf.path.join('.')}`)
    taken.add(name)
    names.set(leaf, name)
  }
  return found.map((leaf) => ({ name: names.get(leaf) ?? '', ...leaf }))
}
