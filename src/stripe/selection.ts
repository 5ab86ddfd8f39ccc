/** What a person selects, as streams and tables: names checked against the catalog, with the nearest suggested. */
import { ConfigError } from '../core/errors.ts'
import type { StreamInfo, StreamSelection, Table } from '../core/model.ts'
import { nearest } from '../core/nearest.ts'
import { extraColumn } from '../core/schema.ts'
import type { CatalogColumn, CatalogStream } from './catalog.ts'
import { lookupsOf } from './lookups.ts'
import { catalog, stream } from './streams.ts'

type FieldLists = ReadonlyMap<string, readonly string[]>

/** All 120 lists, also those that cannot be a table (`unreadable` in the catalog says why). Nullability as Stripe declares it. */
export function streamInfos(): readonly StreamInfo[] {
  return catalog().streams.map((one) => ({
    name: one.name,
    description: one.gap ? `${one.description}. ${one.gap}` : one.description,
    table: {
      name: one.name,
      columns: [
        ...one.columns.map(({ name, type, nullable }) => ({ name, type, nullable })),
        ...(one.unreadable ? [] : [extraColumn]),
      ],
      key: one.key,
    },
    core: isCore(one),
    standard: isStandard(one),
    ...(one.parent ? { parent: one.parent.stream } : {}),
    reading: one.parent ? 'parent' : one.created ? 'window' : 'walk',
    ...(one.permission ? { permission: one.permission } : {}),
    ...(one.withheld ? { withheld: one.withheld } : {}),
    ...(one.unreadable ? { unreadable: one.unreadable } : {}),
    docs: one.docs,
  }))
}

const isCore = ({ tier }: CatalogStream) => tier === 'core'
const isStandard = ({ tier, unreadable }: CatalogStream) => tier !== 'skip' && !unreadable

/**
 * The streams of `core`, `all`, or names, separated by commas or in an array, each once, in the catalog's order.
 * A field is a column (`address_city`), or a field of Stripe's objects with all columns below it (`address`,
 * `address.city`). One to exclude or to hash may also lie within a JSON column (`metadata.tax_number`), or be one
 * that the catalog does not know (`_extra.new_field`). What the catalog withholds is left out unless it is among
 * `fields`, or hashed. Throws one `ConfigError` that names every unknown table and field.
 */
export function resolveStreams(
  tables: string | readonly string[],
  fields: FieldLists = new Map(),
  excludeFields: FieldLists = new Map(),
  hashFields: FieldLists = new Map(),
): readonly StreamSelection[] {
  const words = (typeof tables === 'string' ? tables.split(',') : tables).map((word) => word.trim())
  const problems: string[] = []
  const names = new Set(words.filter(Boolean).flatMap((word) => namesOf(word, problems)))
  if (names.size === 0 && problems.length === 0) problems.push('no table is selected')
  for (const name of new Set([fields, excludeFields, hashFields].flatMap((lists) => [...lists.keys()]))) {
    if (stream(name) && !names.has(name)) problems.push(`fields are given for ${name}, which is not selected`)
    if (!stream(name)) problems.push(unknownTable(name))
  }
  const selections = catalog()
    .streams.filter(({ name }) => names.has(name))
    .map((one) => {
      const [only, exclude, hash] = [fields, excludeFields, hashFields].map((lists) => lists.get(one.name))
      return select(one, { only, exclude, hash }, problems)
    })
  if (problems.length > 0) {
    throw new ConfigError([...new Set(problems)].join('; '), {
      cure: 'the catalog lists all tables and their fields',
      option: '`sluice discover`',
    })
  }
  return selections
}

function namesOf(word: string, problems: string[]): readonly string[] {
  if (word === 'core')
    return catalog()
      .streams.filter(isCore)
      .map(({ name }) => name)
  if (word === 'all')
    return catalog()
      .streams.filter(isStandard)
      .map(({ name }) => name)
  const one = stream(word)
  if (!one) problems.push(unknownTable(word))
  else if (one.unreadable) problems.push(`${word} is not a table: ${one.unreadable}`)
  return one ? [word] : []
}

function unknownTable(word: string): string {
  const names = [...catalog().streams.map(({ name }) => name), 'core', 'all']
  return `there is no table "${word}"${suggestion(word, names)}`
}

interface Chosen {
  readonly only: readonly string[] | undefined
  readonly exclude: readonly string[] | undefined
  readonly hash: readonly string[] | undefined
}

function select(one: CatalogStream, { only, exclude, hash }: Chosen, problems: string[]): StreamSelection {
  const kept = only && new Set(only.flatMap((field) => covered(one, field, problems)))
  const left = new Set<string>()
  /** Places of fields that are not to be copied as they are. */
  const placesOf = (fields: readonly string[], how: 'left out' | 'hashed') => {
    const places = fields.map((field) => {
      const columns = withinJson(one, field) ? [] : covered(one, field, problems)
      const needed = columns.filter((name) => alwaysRead(one).includes(name))
      if (needed.length > 0)
        problems.push(`${needed.join(', ')} of ${one.name} cannot be ${how}: rows are found by it`)
      const place = placeOf(one, field)
      if (how === 'left out') for (const name of [place, ...columns]) left.add(name)
      else {
        const twice = [place, ...columns].some((name) => left.has(name))
        if (twice) problems.push(`${field} of ${one.name} is both to be hashed and to be left out`)
        if (kept && columns.length > 0 && !columns.some((name) => kept.has(name)))
          problems.push(`${field} of ${one.name} is to be hashed, and not among its fields`)
        if (field === extraColumn.name)
          problems.push(`${field} of ${one.name} cannot be hashed; name a field in it, as ${field}.new_field`)
      }
      return place
    })
    return [...new Set(places)]
  }
  const excluded = placesOf(exclude ?? [], 'left out')
  const hashed = placesOf(hash ?? [], 'hashed')
  const secrets = (one.withheld ?? []).filter(
    (place) => !kept?.has(place) && ![...excluded, ...hashed].includes(place),
  )
  const fields =
    kept && [...one.columns.map(({ name }) => name), extraColumn.name].filter((name) => kept.has(name))
  return {
    name: one.name,
    ...(fields ? { fields } : {}),
    ...(excluded.length + secrets.length > 0 ? { excluded: [...excluded, ...secrets] } : {}),
    ...(hashed.length > 0 ? { hashed } : {}),
  }
}

/** Columns that are part of every table of a stream: what identifies a row, its parent and its time. */
function alwaysRead({ key, parent, created, columns }: CatalogStream): readonly string[] {
  const time = created?.field ?? 'created'
  const hasTime = columns.some(({ name }) => name === time)
  return [...key, ...(parent ? [parent.column] : []), ...(hasTime ? [time] : [])]
}

/** Names of the columns that a field stands for. */
function covered(one: CatalogStream, field: string, problems: string[]): readonly string[] {
  if (field === extraColumn.name) return [field]
  const place = placeOf(one, field)
  const columns = one.columns.filter((column) => column.name === field || isWithin(column, place))
  if (columns.length > 0) return columns.map(({ name }) => name)
  const list = one.lists.find(({ path }) => path.join('.') === place)
  const names = [...one.columns.flatMap(({ name, path }) => [name, path[0] ?? name]), extraColumn.name]
  problems.push(
    list
      ? `${field} of ${one.name} is a table of its own, ${list.stream}`
      : `${one.name} has no field "${field}"${suggestion(field, [...new Set(names)])}`,
  )
  return []
}

/** A field as the place in Stripe's objects: of a column its own, of what is in it that with the rest, otherwise what was said. */
function placeOf(one: CatalogStream, field: string): string {
  const [head = '', ...rest] = field.split('.')
  if (head === extraColumn.name && rest.length > 0) return rest.join('.')
  const column = one.columns.find(({ name }) => name === head)
  return column && column.path.length > 0 ? [...column.path, ...rest].join('.') : field
}

/** Whether a field is one that no column stands for, but that may come: in a JSON column, or unknown to the catalog. */
function withinJson(one: CatalogStream, field: string): boolean {
  if (field.endsWith('.') || field.includes('..')) return false
  const place = placeOf(one, field)
  if (one.columns.some((column) => isWithin(column, place))) return false
  const isBelow = ({ path, type }: CatalogColumn) =>
    type === 'json' && path.length > 0 && place.startsWith(`${path.join('.')}.`)
  return field.startsWith(`${extraColumn.name}.`) || one.columns.some(isBelow)
}

const isWithin = ({ path }: CatalogColumn, place: string) => `${path.join('.')}.`.startsWith(`${place}.`)

function suggestion(word: string, names: readonly string[]): string {
  const meant = nearest(word, names)
  return meant ? `; did you mean ${meant}?` : ''
}

/**
 * The tables of a selection: data columns in the catalog's order, `_extra` last unless fields were named. Only
 * keys are never null: the mark of a deleted row has nothing else, and an older object may lack any field.
 */
export function tablesFor(selections: readonly StreamSelection[]): ReadonlyMap<string, Table> {
  return new Map(selections.map((selection) => [selection.name, tableFor(selection)]))
}

function tableFor({ name, fields, excluded = [], hashed = [] }: StreamSelection): Table {
  const one = stream(name)
  if (!one) throw new ConfigError(unknownTable(name))
  const always = alwaysRead(one)
  const isKept = (column: CatalogColumn) =>
    always.includes(column.name) ||
    ((!fields || fields.includes(column.name)) && !excluded.some((place) => isWithin(column, place)))
  const columns = one.columns.filter(isKept).map((column) => ({
    name: column.name,
    type: hashed.some((place) => isWithin(column, place)) ? ('text' as const) : column.type,
    nullable: !one.key.includes(column.name),
  }))
  const hasExtra = (!fields || fields.includes(extraColumn.name)) && !excluded.includes(extraColumn.name)
  return {
    name,
    key: one.key,
    columns: hasExtra ? [...columns, extraColumn] : columns,
    lookups: lookupsOf(one).filter((lookup) => columns.some(({ name }) => name === lookup)),
    description: `${one.description}. ${one.docs}`,
    ...(one.parent ? { parent: { stream: one.parent.stream, column: one.parent.column } } : {}),
  }
}
