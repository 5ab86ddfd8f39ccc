/**
 * Writes files of a table anew: what counts of them, by month of `created` where the table has that. Memory is
 * bounded: rows go from file to file, a month after the other.
 */
import { rm } from 'node:fs/promises'
import type { Engine } from '../duckdb/engine.ts'
import { literal, quoted } from '../naming.ts'
import { type FileEntry, type Manifest, type TableEntry, withoutFiles } from './manifest.ts'
import { loadColumn, removedColumn } from './names.ts'
import type { Compaction } from './plan.ts'
import { everyRow, isReplaced, type Readable } from './relation.ts'
import type { Shelf } from './shelf.ts'
import { copyTo, newName, type Place } from './write.ts'

/** Its month decides about a row's file; a table without it has one for all. */
const monthColumn = 'created'
const noMonth = 'none'

export interface Compacting {
  readonly engine: Engine
  readonly shelf: Shelf
  readonly place: Place
  /** Milliseconds since 1970. */
  readonly now: number
}

/** Stores the new files, and returns what the next manifest has differently. */
export async function compact(
  { engine, shelf, place, now }: Compacting,
  manifest: Manifest,
  table: TableEntry,
  { kind, inputs }: Compaction,
): Promise<Pick<Manifest, 'files' | 'retired'>> {
  const all = await shelf.readable(
    table,
    manifest.files.filter((file) => file.table === table.name),
  )
  const given = all.filter(({ entry }) => inputs.includes(entry))
  const columns = [...table.columns.map(({ name }) => name), loadColumn, removedColumn].map(quoted).join(', ')
  /** What counts of some files; of what was removed for good, the stubs that keep it away. */
  const counting = (some: readonly Readable[]) => {
    const stubs = kind === 'join' || !table.key.includes('_valid_from') ? '' : `and not f.${removedColumn}`
    return `select ${columns} from ${everyRow(table, some)} f where not ${isReplaced(table, all)} ${stubs}`
  }
  const outputs: FileEntry[] = []
  const used = new Set<FileEntry>()
  const store = async (sql: string, facts: Pick<FileEntry, 'kind' | 'replaces'> & { month?: string }) => {
    const folder = facts.month === undefined ? 'changes' : `base/created_month=${facts.month}`
    const path = await copyTo(engine, sql, place)
    const [count] = await engine.rows(`select count(*) from read_parquet(${literal(path)})`)
    const rows = Number(count?.[0] ?? 0)
    if (rows === 0) return rm(path, { force: true })
    const entry = { file: `${table.folder}/${folder}/${newName(place)}`, table: table.name, rows, ...facts }
    const made = { ...entry, columns: table.columns.length, dead: 0 }
    await shelf.keep(table, { entry: made, path })
    outputs.push(made)
  }

  if (kind === 'join') {
    await store(counting(given), { kind: 'changes', replaces: true })
    for (const { entry } of given) used.add(entry)
  } else {
    const changes = given.filter(({ entry }) => entry.kind === 'changes')
    const base = given.filter(({ entry }) => entry.kind === 'base')
    const months = changes.length > 0 ? await byMonth(engine, table, counting(changes)) : new Map()
    for (const { entry } of changes) used.add(entry)
    const known = kind === 'rewrite' ? base.map(({ entry }) => entry.month ?? noMonth) : []
    for (const month of new Set([...months.keys(), ...known])) {
      const there = base.filter(({ entry }) => (entry.month ?? noMonth) === month)
      for (const { entry } of there) used.add(entry)
      const parts = [...(there.length > 0 ? [counting(there)] : []), ...(months.get(month) ?? [])]
      await store(parts.join(' union all '), { kind: 'base', replaces: false, month })
    }
  }
  return withoutFiles(manifest, [...used], outputs, now)
}

/**
 * For each month a query of its part. A month is read by itself: sorting wide rows takes more memory than there is,
 * and a backfill's files hold few months each, of which the others are passed over.
 */
async function byMonth(engine: Engine, table: TableEntry, sql: string) {
  const dated = table.columns.some(({ name, type }) => name === monthColumn && type === 'timestamp')
  if (!dated) return new Map([[noMonth, [sql]]])
  const created = quoted(monthColumn)
  const found = await engine.rows(
    `select strftime(make_timestamp(epoch_us(${created})), '%Y-%m'), min(epoch_us(${created})), max(epoch_us(${created}))
       from (${sql}) group by 1 order by 1`,
  )
  return new Map(
    found.map(([month, first, last]): [string, readonly string[]] =>
      month === null
        ? [noMonth, [`${sql} and f.${created} is null`]]
        : [
            String(month),
            [`${sql} and f.${created} between make_timestamptz(${first}) and make_timestamptz(${last})`],
          ],
    ),
  )
}
