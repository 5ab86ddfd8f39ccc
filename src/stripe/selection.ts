/** What a person selects, as streams and tables: names checked against the catalog, with the nearest suggested. */
import { closestMatch } from 'leven'
import { ConfigError } from '../core/errors.ts'
import type { StreamInfo, StreamSelection, Table } from '../core/model.ts'
import { extraColumn } from '../core/schema.ts'
import type { CatalogColumn, CatalogStream } from './catalog.ts'
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
    docs: one.docs,
  }))
}

const isCore = ({ tier }: CatalogStream) => tier === 'core'
const isStandard = ({ tier, unreadable }: CatalogStream) => tier !== 'skip' && !unreadable

/**
 * The streams of `core`, `all`, or names, separated by commas or in an array, each once, in the catalog's order.
 * A field is a column (`address_city`), or a field of Stripe's objects with all columns below it (`address`,
 * `address.city`). Throws one `ConfigError` that names every unknown table and field.
 */
export function resolveStreams(
  tables: string | readonly string[],
  fields: FieldLists = new Map(),
  excludeFields: FieldLists = new Map(),
): readonly StreamSelection[] {
  const words = (typeof tables === 'string' ? tables.split(',') : tables).map((word) => word.trim())
  const problems: string[] = []
  const names = new Set(words.filter(Boolean).flatMap((word) => namesOf(word, problems)))
  if (names.size === 0 && problems.length === 0) problems.push('no table is selected')
  for (const name of new Set([...fields.keys(), ...excludeFields.keys()])) {
    if (stream(name) && !names.has(name)) problems.push(`fields are given for ${name}, which is not selected`)
    if (!stream(name)) problems.push(unknownTable(name))
  }
  const selections = catalog()
    .streams.filter(({ name }) => names.has(name))
    .map((one) => select(one, fields.get(one.name), excludeFields.get(one.name), problems))
  if (problems.length > 0) {
    throw new ConfigError([...new Set(problems)].join('; '), {
      cure: '`sluice discover` lists all tables and their fields',
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

function select(
  one: CatalogStream,
  wanted: readonly string[] | undefined,
  unwanted: readonly string[] | undefined,
  problems: string[],
): StreamSelection {
  const kept = wanted && new Set(wanted.flatMap((field) => covered(one, field, problems)))
  const places = (unwanted ?? []).map((field) => {
    const columns = covered(one, field, problems)
    const needed = columns.filter((name) => alwaysRead(one).includes(name))
    if (needed.length > 0)
      problems.push(`${needed.join(', ')} of ${one.name} cannot be left out: rows are found by it`)
    return placeOf(one, field)
  })
  const fields =
    kept && [...one.columns.map(({ name }) => name), extraColumn.name].filter((name) => kept.has(name))
  return {
    name: one.name,
    ...(fields ? { fields } : {}),
    ...(places.length > 0 ? { excluded: [...new Set(places)] } : {}),
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

/** A field as the place in Stripe's objects: of a column its own, otherwise what was said. */
function placeOf(one: CatalogStream, field: string): string {
  const column = one.columns.find(({ name }) => name === field)
  return column && column.path.length > 0 ? column.path.join('.') : field
}

const isWithin = ({ path }: CatalogColumn, place: string) => `${path.join('.')}.`.startsWith(`${place}.`)

/** The nearest of the names, when it is near enough to be what was meant. */
function suggestion(word: string, names: readonly string[]): string {
  const nearest = closestMatch(word, names, { maxDistance: Math.max(3, Math.ceil(word.length / 3)) })
  return nearest ? `; did you mean ${nearest}?` : ''
}

/**
 * The tables of a selection: data columns in the catalog's order, `_extra` last unless fields were named. Only
 * keys are never null: the mark of a deleted row has nothing else, and an older object may lack any field.
 */
export function tablesFor(selections: readonly StreamSelection[]): ReadonlyMap<string, Table> {
  return new Map(selections.map((selection) => [selection.name, tableFor(selection)]))
}

function tableFor({ name, fields, excluded = [] }: StreamSelection): Table {
  const one = stream(name)
  if (!one) throw new ConfigError(unknownTable(name))
  const always = alwaysRead(one)
  const isKept = (column: CatalogColumn) =>
    always.includes(column.name) ||
    ((!fields || fields.includes(column.name)) && !excluded.some((place) => isWithin(column, place)))
  const columns = one.columns
    .filter(isKept)
    .map((column) => ({ name: column.name, type: column.type, nullable: !one.key.includes(column.name) }))
  const hasExtra = (!fields || fields.includes(extraColumn.name)) && !excluded.includes(extraColumn.name)
  return { name, key: one.key, columns: hasExtra ? [...columns, extraColumn] : columns }
}
