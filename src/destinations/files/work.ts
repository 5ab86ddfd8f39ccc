/**
 * A load's part of one table: the rows that it concerns are copied into a table of the engine's memory, merged there
 * as in any DuckDB table, and what came out differently is told apart from what stayed. So files and DuckDB cannot
 * differ in what a load means.
 */
import type { Load } from '../../core/model.ts'
import { catalog, dialect } from '../duckdb/dialect.ts'
import type { Engine } from '../duckdb/engine.ts'
import { quoted } from '../naming.ts'
import { tableName } from '../sql/columns.ts'
import type { StagedBatch } from '../sql/load.ts'
import { mergeBatch } from '../sql/merge.ts'
import { enterRemoved } from '../sql/removed.ts'
import { sameKey } from './find.ts'
import { fileType } from './formats.ts'
import type { TableEntry } from './manifest.ts'
import { removedColumn } from './names.ts'
import { everyRow, type Readable } from './relation.ts'

/** Columns that tell of a row that stays in its place whether it changed. */
const marks = ['_version', '_synced_at', '_deleted_at', '_valid_to', '_is_current', '_seen']

export interface Work {
  readonly engine: Engine
  readonly integration: string
  readonly load: Load
  readonly entry: TableEntry
  readonly files: readonly Readable[]
  readonly batches: readonly StagedBatch[]
}

/**
 * After `findRows`, in its transaction. Leaves the work table, `temp.changed` (rowids of it, and whether they
 * take the place of a row) and `temp.gone` (keys and versions of rows that are there no more).
 */
export async function mergeInMemory(work: Work, found: { readonly rows: number; readonly removed: number }) {
  const { engine, integration, entry, batches } = work
  const target = workTable(work)
  await engine.run(`create schema ${catalog}.${quoted(integration)}`)
  const columns = entry.columns.map(({ name, type }) => {
    const required = name === '_version' || entry.key.includes(name)
    return `${quoted(name)} ${fileType(type)}${required ? ' not null' : ''}`
  })
  await engine.run(`create table ${target} (${columns.join(', ')})`)
  await engine.run(`create schema ${catalog}._sluice`)
  const removed = dialect.ledger(integration, 'removed')
  await engine.run(
    `create table ${removed} (integration varchar, table_name varchar, key varchar, version bigint)`,
  )
  const into = { dialect, session: engine, integration, removals: new Set<string>(), load: work.load }
  const [first] = batches
  if (first && found.removed > 0) {
    const sql = `from temp.found t where t.${removedColumn}`
    await enterRemoved(into, first.table, { alias: 't', sql, version: 't._version' })
  }
  if (found.rows > found.removed) await copyFound(work, target)
  const there = entry.columns.filter(({ name }) => marks.includes(name)).map(({ name }) => quoted(name))
  await engine.run(`create temp table before as select rowid as row, ${there.join(', ')} from ${target}`)

  let rows = 0
  let deleted = 0
  for (const batch of batches) {
    const counts = await mergeBatch(into, batch)
    rows += counts.rows
    deleted += counts.deleted
  }

  const keys = entry.key.map(quoted)
  const same = (one: string, other: string) =>
    keys.map((key) => `${one}.${key} = ${other}.${key}`).join(' and ')
  await engine.run(
    `create temp table changed as
       select w.rowid as row, exists (from temp.found f where ${same('f', 'w')}) as replaces
       from ${target} w left join temp.before b on b.row = w.rowid
       where b.row is null or ${there.map((name) => `b.${name} is distinct from w.${name}`).join(' or ')}`,
  )
  const isHistory = batches.some(({ merge }) => merge === 'history')
  await engine.run(
    isHistory
      ? `create temp table gone as select ${keys.join(', ')}, _version from temp.found f
           where not f.${removedColumn} and not exists (from ${target} w where ${same('w', 'f')})`
      : `create temp table gone as from ${removedKeys(entry)} r where not exists (
           from temp.found f where f.${removedColumn} and f._version = r._version and ${same('f', 'r')})`,
  )
  return { rows, deleted }
}

export const workTable = ({ integration, entry }: Pick<Work, 'integration' | 'entry'>): string =>
  tableName(dialect, integration, entry)

/** The entries of removed rows, their keys as columns again. */
function removedKeys(entry: TableEntry): string {
  const cells = entry.key.map((name, at) => {
    const type = entry.columns.find((column) => column.name === name)?.type ?? 'text'
    return `from_json(key, '["VARCHAR"]')[${at + 1}]::${fileType(type)} as ${quoted(name)}`
  })
  return `(select ${cells.join(', ')}, version as _version from ${catalog}._sluice.removed)`
}

/**
 * Rows that are found, as they are; of those that a newer one will replace anyway, the key and version alone: so
 * that a load of updates reads no more than keys.
 */
async function copyFound({ engine, entry, files, batches }: Work, target: string) {
  const [first] = batches
  const keys = [...new Set([...entry.key, '_version'])].map(quoted)
  let whole = 'true'
  if (first && batches.length === 1 && first.merge === 'newest' && first.upserts.rows > 0) {
    const replaced = first.prunes.length > 0 ? 'and s._version >= f._version' : ''
    whole = `not exists (from temp.${first.upserts.name} s where ${sameKey(first)} ${replaced})`
  }
  await engine.run(
    `create temp table needed as select _file, _row from temp.found f where not f.${removedColumn} and ${whole}`,
  )
  await engine.run(
    `insert into ${target} by name select ${keys.map((key) => `f.${key}`).join(', ')} from temp.found f
       where not f.${removedColumn} and not exists (from temp.needed n where n._file = f._file and n._row = f._row)`,
  )
  const paths = new Set(
    (await engine.rows('select distinct _file from temp.needed')).map(([path]) => String(path)),
  )
  if (paths.size > 0) {
    const some = files.filter(({ path }) => paths.has(path))
    await engine.run(
      `insert into ${target} by name select ${entry.columns.map(({ name }) => `f.${quoted(name)}`).join(', ')}
         from ${everyRow(entry, some)} f
         where exists (from temp.needed n where n._file = f._file and n._row = f._row)`,
    )
  }
  await engine.run('drop table temp.needed')
}
