import type { CatalogStream, CatalogStreamDetail, StreamAccess, TableSelection } from '../api/types.ts'

type Tables = readonly TableSelection[]

export function newTable(name: string): TableSelection {
  return { name, fields: null, drop: [], hash: [], mode: 'incremental', sweep: null }
}

/** What one begins with: the core tables, without those that the key may not read. */
export function coreTables(streams: readonly CatalogStream[], access: readonly StreamAccess[]): Tables {
  const refused = new Set(access.flatMap(({ stream, status }) => (isRefused(status) ? [stream] : [])))
  return streams
    .filter(({ name, core, unreadable }) => core && unreadable === null && !refused.has(name))
    .map(({ name }) => newTable(name))
}

export function isRefused(status: StreamAccess['status']): boolean {
  return status === 'no_permission' || status === 'unavailable'
}

/** With the tables added that are not there, in the catalog's order. */
export function withTables(
  tables: Tables,
  names: readonly string[],
  streams: readonly CatalogStream[],
): Tables {
  const wanted = new Set([...tables.map(({ name }) => name), ...names])
  return streams
    .filter(({ name }) => wanted.has(name))
    .map(({ name }) => tables.find((table) => table.name === name) ?? newTable(name))
}

export function withoutTables(tables: Tables, names: readonly string[]): Tables {
  return tables.filter(({ name }) => !names.includes(name))
}

export function replaced(tables: Tables, table: TableSelection): Tables {
  return tables.map((one) => (one.name === table.name ? table : one))
}

type Columns = CatalogStreamDetail['columns']

/** Columns that rows are found by: always copied. */
export function isFixed({ name, key }: Columns[number]): boolean {
  return key || name === 'created'
}

export function isTaken(table: TableSelection, column: Columns[number]): boolean {
  if (isFixed(column)) return true
  if (table.fields !== null) return table.fields.includes(column.name)
  return !table.drop.includes(column.name) && (!column.withheld || table.hash.includes(column.name))
}

/**
 * With columns taken or left. As long as no secret is asked for by name, all fields are copied but those left out, so that
 * fields which come later are copied, too.
 */
export function withColumns(
  table: TableSelection,
  columns: Columns,
  names: readonly string[],
  take: boolean,
): TableSelection {
  const touched = new Set(names)
  const taken = columns.filter((column) =>
    isFixed(column) ? true : touched.has(column.name) ? take : isTaken(table, column),
  )
  const kept = new Set(taken.map(({ name }) => name))
  const isColumn = new Set(columns.map(({ name }) => name))
  const parts = table.drop.filter((place) => !isColumn.has(place))
  const hash = table.hash.filter((place) => !isColumn.has(place) || kept.has(place))
  const explicit =
    table.fields !== null || taken.some(({ withheld, name }) => withheld && !hash.includes(name))
  if (explicit) return { ...table, fields: [...kept], drop: parts, hash }
  const left = columns.filter(({ name, withheld }) => !kept.has(name) && !withheld).map(({ name }) => name)
  return { ...table, fields: null, drop: [...parts, ...left], hash }
}

/** Whether fields that Stripe adds later are copied by themselves. */
export function withComing(table: TableSelection, columns: Columns, coming: boolean): TableSelection {
  const taken = columns.filter((column) => isTaken(table, column)).map(({ name }) => name)
  const isColumn = new Set(columns.map(({ name }) => name))
  const parts = table.drop.filter((place) => !isColumn.has(place))
  if (!coming) return { ...table, fields: taken, drop: parts }
  const left = columns
    .filter(({ name, withheld }) => !withheld && !taken.includes(name))
    .map(({ name }) => name)
  return { ...table, fields: null, drop: [...parts, ...left] }
}

export function withHash(table: TableSelection, name: string, hashed: boolean): TableSelection {
  const others = table.hash.filter((one) => one !== name)
  return { ...table, hash: hashed ? [...others, name] : others }
}
