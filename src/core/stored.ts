/** The warehouse's side of a comparison: parts of a family's tables, each read in one go. */
import { type Shape, type Stored, storedKeyOf, tableOf, versionOf } from './compare.ts'
import type { Family, Member, TimeRange } from './inspection.ts'
import type { Cell, Row, Table, Warehouse, Within } from './model.ts'
import { deletedColumn, keyPositions, loadTable } from './schema.ts'

export interface StoredReader {
  /** Counts the top's rows by their time. */
  times(each: (time: number) => void): Promise<void>
  /** The rows of a range, and of the listed objects' children wherever they came from. */
  range(range: TimeRange, listed: readonly string[]): Promise<Stored>
  /** The rows of these objects and of their children. */
  objects(ids: readonly string[]): Promise<Stored>
  /** The ids of the top's rows, some at a time, perhaps more than once. */
  ids(each: (ids: readonly string[]) => void): Promise<void>
  /**
   * Ids of the top that no range reaches: of rows without a time, and of parents that children name and nobody has;
   * some at a time, perhaps more than once.
   */
  astray(each: (ids: readonly string[]) => void): Promise<void>
}

export interface StoredOptions {
  readonly warehouse: Pick<Warehouse, 'read'>
  readonly shape: Shape
  readonly family: Family
  /** Members whose rows are looked at; parents before children. */
  readonly members: readonly Member[]
  /** Streams of which every version is kept: the newest counts. */
  readonly versions: ReadonlySet<string>
}

export function storedReader({ warehouse, shape, family, members, versions }: StoredOptions): StoredReader {
  const top = members.find(({ parent }) => !parent)
  const topTable = top && tableOf(shape, top.stream)

  const rowsOf = async (table: Table, within?: Within): Promise<readonly Row[]> => {
    const rows: Row[] = []
    for await (const row of warehouse.read(loadTable(table), within)) rows.push(row)
    return rows
  }
  /** The texts of one column in rows that are not marked as deleted (or in all), a thousand at a time. */
  const textsOf = async (
    { table, name, all = false }: { readonly table: Table; readonly name: string; readonly all?: boolean },
    within: Within | undefined,
    each: (texts: readonly string[]) => void,
  ) => {
    const column = table.columns.find((one) => one.name === name)
    if (!column) throw new Error(`${table.name} has no column ${name}`)
    let texts: string[] = []
    for await (const [text, deleted] of warehouse.read(
      { ...table, columns: [column, deletedColumn] },
      within,
    )) {
      if (typeof text !== 'string' || (!all && deleted !== null)) continue
      if (texts.push(text) < 1000) continue
      each(texts)
      texts = []
    }
    if (texts.length > 0) each(texts)
  }
  /** All rows of the objects found; where every version is kept, a deletion has nothing but its key. */
  const complete = async (stream: string, table: Table, rows: readonly Row[]): Promise<readonly Row[]> => {
    if (!versions.has(stream) || rows.length === 0) return rows
    const ids = new Set(rows.map((row) => textAt(row, idPosition(table))))
    return rowsOf(table, { column: idColumn(table), in: [...ids] })
  }
  const byKey = (stream: string, rows: readonly Row[]) => {
    const found = new Map<string, Row[]>()
    for (const row of rows) {
      const key = storedKeyOf(shape, stream, row)
      const known = found.get(key)
      if (!known) found.set(key, [row])
      else if (!versions.has(stream)) known.push(row)
      else if (known.every((other) => versionOf(other) < versionOf(row))) found.set(key, [row])
    }
    return found
  }

  /** The children of these objects, and theirs. */
  const withChildren = async (topRows: readonly Row[], ids: Iterable<string>): Promise<Stored> => {
    const stored = new Map<string, Map<string, Row[]>>()
    const parents = new Map<string, ReadonlySet<string>>([[family.top, new Set(ids)]])
    if (top && topTable)
      stored.set(top.stream, byKey(top.stream, await complete(top.stream, topTable, topRows)))
    for (const { stream, parent } of members) {
      if (!parent) continue
      const table = tableOf(shape, stream)
      const above = [...(parents.get(parent.stream) ?? [])]
      const rows = above.length > 0 ? await rowsOf(table, { column: parent.column, in: above }) : []
      stored.set(stream, byKey(stream, await complete(stream, table, rows)))
      parents.set(stream, new Set(rows.map((row) => textAt(row, idPosition(table)))))
    }
    return stored
  }

  return {
    async times(each) {
      if (!topTable || family.time === undefined) return
      const column = topTable.columns.find(({ name }) => name === family.time)
      if (!column) throw new Error(`${topTable.name} has no column ${family.time}`)
      for await (const [time] of warehouse.read({ ...topTable, columns: [column] })) {
        if (typeof time === 'number') each(time)
      }
    },

    async range(range, listed) {
      const within = family.time === undefined ? undefined : { column: family.time, ...range }
      const rows = topTable ? await rowsOf(topTable, within) : []
      const ids = topTable ? rows.map((row) => textAt(row, idPosition(topTable))) : []
      return withChildren(rows, new Set([...listed, ...ids]))
    },

    async objects(ids) {
      const column = topTable && idColumn(topTable)
      const rows = topTable && column ? await rowsOf(topTable, { column, in: ids }) : []
      return withChildren(rows, ids)
    },

    async ids(each) {
      if (topTable) await textsOf({ table: topTable, name: idColumn(topTable), all: true }, undefined, each)
    },

    async astray(each) {
      if (!topTable) return
      const name = idColumn(topTable)
      if (family.time !== undefined) {
        await textsOf({ table: topTable, name }, { column: family.time, in: [null] }, each)
      }
      for (const { stream, parent } of members) {
        if (parent?.stream !== family.top) continue
        const outside = { table: loadTable(topTable), column: name }
        const within = { column: parent.column, outside }
        await textsOf({ table: tableOf(shape, stream), name: parent.column }, within, each)
      }
    },
  }
}

/** The column that holds an object's own id: the last of the key. */
const idColumn = (table: Table): string => table.key[table.key.length - 1] ?? ''

const idPosition = (table: Table): number => {
  const positions = keyPositions(loadTable(table))
  return positions[positions.length - 1] ?? 0
}

const textAt = (row: readonly Cell[], at: number): string => String(row[at])
