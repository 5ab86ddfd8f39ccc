/** One table's part of a load, as SQL, from what is staged in temporary tables. */
import type { Table } from '../../core/model.ts'
import { objectKey } from '../../core/modes.ts'
import {
  columnName,
  columnOf,
  converted,
  deleteBeside,
  insertInto,
  keysEqual,
  tableName,
  type Value,
} from './columns.ts'
import type { Into } from './dialect.ts'
import { mergeHistory } from './history.ts'
import type { StagedBatch } from './load.ts'
import { reach, type StagedPrune } from './prune.ts'
import { enterRemoved, settleRemoved } from './removed.ts'

/** Applies a staged batch inside the open transaction. */
export async function mergeBatch(into: Into, batch: StagedBatch) {
  const { dialect, integration, load } = into
  if (batch.merge === 'history') return mergeHistory(into, batch)
  const target = tableName(dialect, integration, batch.table)
  const isHard = load.deletes === 'hard' && batch.merge === 'newest'
  const rows = (batch.written ?? 0) + (await mergeUpserts(into, target, batch))
  let deleted = isHard ? await removeDeletes(into, target, batch) : await mergeDeletes(into, target, batch)
  const take = isHard ? removePruned : batch.merge === 'append' ? appendPruned : markPruned
  for (const prune of batch.prunes) deleted += await take(into, target, batch.table, prune)
  return { rows, deleted }
}

/** Newer wins and a tie goes to the incoming row. Returns how many rows were written. */
async function mergeUpserts(into: Into, target: string, { table, upserts }: StagedBatch): Promise<number> {
  if (upserts.rows === 0) return 0
  await settleRemoved(into, table, `${into.dialect.temp}${upserts.name}`)
  return into.dialect.upsert(into, target, table, upserts)
}

/** Marks rows as gone, keeping their last values; a key never seen becomes a stub. */
async function mergeDeletes(into: Into, target: string, { table, deletes }: StagedBatch): Promise<number> {
  if (deletes.rows === 0) return 0
  const { dialect, session, load } = into
  const stage = `${dialect.temp}${deletes.name}`
  const late = await settleRemoved(into, table, stage)
  const sameKey = keysEqual(dialect, table)
  const timeOr = (column: string) =>
    `coalesce(${converted(dialect, columnOf(table, column))}, ${dialect.timestamp(load.packedAt)})`
  const { known, newer } = await countKnown(into, target, table, stage)
  if (known < deletes.rows - late) {
    const stub: readonly Value[] = [
      ...table.key
        .filter((name) => name !== '_version')
        .map((name): Value => [name, converted(dialect, columnOf(table, name))]),
      ['_version', 's._version'],
      ['_synced_at', timeOr('_synced_at')],
      ['_deleted_at', timeOr('_deleted_at')],
    ]
    await session.run(
      insertInto(
        dialect,
        target,
        stub,
        `from ${stage} s where not exists (select 1 from ${target} t where ${sameKey})`,
      ),
    )
  }
  if (known > newer) {
    await session.run(
      `update ${target} as t
         set _deleted_at = ${timeOr('_deleted_at')}, _version = s._version, _synced_at = ${timeOr('_synced_at')}
         from ${stage} s where ${sameKey} and t._version <= s._version`,
    )
  }
  return deletes.rows - late - newer
}

/** Removes rows for good, with an entry for each that keeps older copies out. */
async function removeDeletes(into: Into, target: string, { table, deletes }: StagedBatch): Promise<number> {
  if (deletes.rows === 0) return 0
  const { dialect, session } = into
  const stage = `${dialect.temp}${deletes.name}`
  const sameKey = keysEqual(dialect, table)
  const late = await settleRemoved(into, table, stage)
  const { known, newer } = await countKnown(into, target, table, stage)
  if (newer > 0) {
    await session.run(
      deleteBeside(dialect, `${stage} as s`, `${target} t`, `${sameKey} and t._version > s._version`),
    )
  }
  if (known > newer) await session.run(deleteBeside(dialect, `${target} as t`, `${stage} s`, sameKey))
  await enterRemoved(into, table, { alias: 's', sql: `from ${stage} s`, version: 's._version' })
  return deletes.rows - late - newer
}

async function removePruned(into: Into, target: string, table: Table, prune: StagedPrune): Promise<number> {
  const { beside, from, version, where } = reach(into.dialect, target, table, prune)
  const values = [into.load.account]
  await enterRemoved(into, table, { alias: 't', sql: `from ${from} where ${where}`, version, values })
  const sql = beside
    ? deleteBeside(into.dialect, `${target} as t`, beside, where)
    : `delete from ${target} as t where ${where}`
  return into.session.run(sql, values)
}

async function markPruned(into: Into, target: string, table: Table, prune: StagedPrune): Promise<number> {
  const { beside, version, where } = reach(into.dialect, target, table, prune)
  const packedAt = into.dialect.timestamp(into.load.packedAt)
  return into.session.run(
    `update ${target} as t set _deleted_at = ${packedAt}, _synced_at = ${packedAt}, _version = ${version}
       ${beside ? `from ${beside}` : ''} where ${where}`,
    [into.load.account],
  )
}

/** One more row for each object whose newest row the prune speaks of. */
async function appendPruned(into: Into, target: string, table: Table, prune: StagedPrune): Promise<number> {
  const { dialect, load } = into
  const { from, version, where } = reach(dialect, target, table, prune)
  const packedAt = dialect.timestamp(load.packedAt)
  const keys = objectKey(table)
  const sameObject = keys.map((key) => columnName(dialect, key)).map((key) => `n.${key} = t.${key}`)
  const row: readonly Value[] = [
    ...keys.map((key): Value => [key, `t.${columnName(dialect, key)}`]),
    ['_version', version],
    ['_synced_at', packedAt],
    ['_deleted_at', packedAt],
  ]
  const newest = `not exists (select 1 from ${target} n where ${sameObject.join(' and ')} and n._version > t._version)`
  return into.session.run(insertInto(dialect, target, row, `from ${from} where ${where} and ${newest}`), [
    load.account,
  ])
}

/** How many staged keys the table has, and how many of those in a newer version. Reads only the key's columns. */
export async function countKnown({ dialect, session }: Into, target: string, table: Table, stage: string) {
  const [row] = await session.rows(
    `select count(*), count(*) filter (where t._version > s._version)
       from ${target} t join ${stage} s on ${keysEqual(dialect, table)}`,
  )
  return { known: Number(row?.[0] ?? 0), newer: Number(row?.[1] ?? 0) }
}
