/**
 * What the files have of the rows that a load concerns: `temp.found`, one row per key, with its version and its
 * place. Only columns of the key, and those that a prune asks about, are read of all rows.
 */
import { objectKey } from '../../core/modes.ts'
import { dialect, types } from '../duckdb/dialect.ts'
import type { Engine } from '../duckdb/engine.ts'
import { quoted } from '../naming.ts'
import { columnOf } from '../sql/columns.ts'
import type { StagedBatch } from '../sql/load.ts'
import { reach } from '../sql/prune.ts'
import type { TableEntry } from './manifest.ts'
import { loadColumn, nameOf, removedColumn } from './names.ts'
import { currentRows, everyRow, type Readable } from './relation.ts'

/** Inside an open transaction. Returns how many rows were found, and how many of these are removed ones. */
export async function findRows(
  engine: Engine,
  table: TableEntry,
  files: readonly Readable[],
  batches: readonly StagedBatch[],
  account: string,
): Promise<{ readonly rows: number; readonly removed: number }> {
  const columns = [...new Set([...table.key, '_version', loadColumn, removedColumn, '_file', '_row'])].map(
    quoted,
  )
  const every = everyRow(table, files)
  const select = (of: string) => columns.map((column) => `${of}.${column}`).join(', ')
  await engine.run(`create temp table candidates as select ${select('f')} from ${every} f where false`)
  if (files.length > 0) {
    for (const batch of batches) {
      const { upserts, deletes, prunes } = batch
      for (const staged of [upserts, deletes]) {
        if (staged.rows === 0) continue
        await engine.run(
          `insert into candidates select ${select('f')} from ${every} f
             where exists (from temp.${staged.name} s where ${sameKey(batch, concerned(batch))})`,
        )
      }
      if (prunes.length > 0)
        await engine.run(`create or replace temp view current as from ${currentRows(table, files)}`)
      for (const prune of prunes) {
        const { from, where } = reach(dialect, 'temp.current', batch.table, prune)
        await engine.run(
          `create or replace temp table hit as select ${select('t')} from ${from} where ${where}`,
          [account],
        )
        // A version counts as the newest of its object or not by what else there is of it.
        const objects = objectKey(batch.table).map((name) => quoted(nameOf(name)))
        await engine.run(
          batch.merge === 'append'
            ? `insert into candidates select ${select('f')} from ${every} f
                 where exists (from hit h where ${objects.map((key) => `h.${key} = f.${key}`).join(' and ')})`
            : 'insert into candidates from hit',
        )
      }
    }
  }
  await engine.run(
    `create temp table found as select distinct on (${table.key.map(quoted).join(', ')}) *
       from candidates order by ${loadColumn} desc`,
  )
  await engine.run('drop table temp.candidates')
  const [row] = await engine.rows(`select count(*), count(*) filter (${removedColumn}) from temp.found`)
  return { rows: Number(row?.[0] ?? 0), removed: Number(row?.[1] ?? 0) }
}

/** Names of the key columns by which a batch's rows concern those that are there. */
function concerned({ table, merge, prunes }: StagedBatch): readonly string[] {
  const wholeObjects = merge === 'history' || (merge === 'append' && prunes.length > 0)
  return wholeObjects ? objectKey(table) : table.key
}

/** Whether `f`, as files have it, and the staged `s` agree in these columns. */
export function sameKey({ table }: StagedBatch, names: readonly string[] = table.key): string {
  return names
    .map((name) => {
      const column = quoted(nameOf(name))
      return `f.${column} = ${types[columnOf(table, name).type].convert(`s.${column}`)}`
    })
    .join(' and ')
}
