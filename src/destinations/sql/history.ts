/**
 * A load's part of a table of intervals, set by set: the points of all objects concerned, from the rows that are
 * there and from those that come, in the order of their versions, joined into runs of one content. Rows that come
 * out the same are not touched. docs/decisions/0005-modes.md; destinations/memory/history.ts says it plainly.
 */
import type { Table } from '../../core/model.ts'
import { goneHash, historyMemory, objectKey } from '../../core/modes.ts'
import { literal, quoted } from '../naming.ts'
import {
  columnName,
  columnOf,
  converted,
  deleteBeside,
  insertInto,
  stagedValues,
  tableName,
  type Value,
} from './columns.ts'
import type { Dialect, Into } from './dialect.ts'
import type { StagedBatch } from './load.ts'
import { reach, type StagedPrune } from './prune.ts'

/** What a row has from its interval, not from its content. */
const marks = [
  '_version',
  '_synced_at',
  '_deleted_at',
  '_valid_from',
  '_valid_to',
  '_is_current',
  '_seen',
  '_hash',
]

/** Where the content of a run stands. */
const origin = { upserts: 0, deletes: 1, there: 2 }

/** Merges by `history`, inside the open transaction. */
export async function mergeHistory(into: Into, batch: StagedBatch) {
  const { dialect, session, integration } = into
  const target = tableName(dialect, integration, batch.table)
  let rows = 0
  let deleted = 0
  if (batch.upserts.rows + batch.deletes.rows > 0) {
    await findPoints(into, target, batch)
    await findRuns(into, target, batch.table)
    rows = await countChanged(into)
    if (rows > 0) await writeRuns(into, target, batch)
    await session.run(`drop table ${dialect.temp}points`)
    await session.run(`drop table ${dialect.temp}runs`)
  }
  for (const prune of batch.prunes) deleted += await closePruned(into, target, batch.table, prune)
  return { rows, deleted }
}

/** `points`: what was known of an object at a version, and the row that has it. */
async function findPoints(
  { dialect, session }: Into,
  target: string,
  { table, upserts, deletes }: StagedBatch,
) {
  const { temp, rowId, milliseconds, history } = dialect
  const keys = keyNames(dialect, table)
  const each = history.eachOf([milliseconds('t._valid_from'), 't._version'], 't._seen')
  const staged = (name: string, from: number) => `
    select ${objectKey(table)
      .map((key) => `${converted(dialect, columnOf(table, key))} as ${columnName(dialect, key)}`)
      .join(', ')}, s._version as v, s._hash as hash, ${from} as origin, s.${rowId} as origin_row
    from ${temp}${name} s`
  await session.run(
    dialect.makeTemp(
      'points',
      `with incoming as (${staged(upserts.name, origin.upserts)} union all ${staged(deletes.name, origin.deletes)}),
       there as (
         select ${keyNames(dialect, table, 't.')}, t._hash as hash, ${origin.there} as origin, t.${rowId} as origin_row,
           ${each.value} as v
         from ${target} t, ${each.from} where exists (select 1 from incoming i where ${same(dialect, table, 'i', 't')})),
       news as (
         select * from incoming i
         where not exists (
           select 1 from there h where ${same(dialect, table, 'i', 'h')} and h.v = i.v and h.hash = i.hash)),
       ranked as (
         -- The same version twice with other content: what comes wins.
         select *, row_number() over (partition by ${keys}, v order by origin) as rank
         from (select ${keys}, v, hash, origin, origin_row from there
           union all select ${keys}, v, hash, origin, origin_row from news) a)
       select ${keys}, v, hash, origin, origin_row from ranked where rank = 1`,
    ),
  )
}

/** `runs`: the rows that the points amount to; `there` is the row that is one already, `differs` if not in all. */
async function findRuns({ dialect, session }: Into, target: string, table: Table) {
  const { temp, rowId, timestamp, history } = dialect
  const keys = keyNames(dialect, table)
  await session.run(
    dialect.makeTemp(
      'runs',
      `with marked as (
         select *, max(v) over (partition by ${keys}) as newest,
           cast(lag(hash) over (partition by ${keys} order by v) is distinct from hash as integer) as starts
         from ${temp}points),
       numbered as (
         select *, sum(starts) over (partition by ${keys} order by v rows unbounded preceding) as run from marked),
       joined as (
         select ${keys}, hash, min(v) as first, max(v) as last,
           ${history.firstOf('origin', 'v')} as origin, ${history.firstOf('origin_row', 'v')} as origin_row,
           ${history.listOf('v', 'v')} filter (where v > newest - ${historyMemory}) as recent
         from numbered group by ${keys}, run, hash),
       placed as (
         select *, lead(first) over (partition by ${keys} order by first) as next, hash = ${literal(goneHash)} as gone,
           ${history.between('recent', 'first', 'last')} as seen
         from joined),
       told as (
         select ${keys}, origin, origin_row, hash as _hash, last as _version,
           ${timestamp('first * 1000')} as _valid_from,
           case when gone then ${timestamp('first * 1000')} end as _deleted_at,
           case when gone then ${timestamp('first * 1000')} else ${timestamp('next * 1000')} end as _valid_to,
           not gone and next is null as _is_current, ${history.asJson('seen')} as _seen
         from placed)
       select r.*, t.${rowId} as there, ${['_version', '_valid_to', '_is_current', '_seen']
         .map((name) => `t.${name} is distinct from r.${name}`)
         .join(' or ')} as differs
       from told r left join ${target} t
         on ${same(dialect, table, 'r', 't')} and t._valid_from = r._valid_from and t._hash = r._hash`,
    ),
  )
}

async function countChanged({ dialect, session }: Into): Promise<number> {
  const [row] = await session.rows(`select count(*) from ${dialect.temp}runs where there is null or differs`)
  return Number(row?.[0] ?? 0)
}

async function writeRuns(into: Into, target: string, batch: StagedBatch) {
  const { dialect, session, load } = into
  const { temp, rowId, timestamp } = dialect
  const { table, upserts, deletes } = batch
  // Found before anything is inserted: rows of these objects that are no run any more.
  await session.run(
    dialect.makeTemp(
      'stale',
      `select t.${rowId} as place from ${target} t
       where exists (select 1 from ${temp}points p where ${same(dialect, table, 'p', 't')})
         and not exists (select 1 from ${temp}runs r where r.there = t.${rowId})`,
    ),
  )
  const from = async (source: string, content: readonly Value[], code: number) => {
    const values = marks.map(
      (name): Value => [name, name === '_synced_at' ? timestamp(load.packedAt) : `r.${name}`],
    )
    await session.run(
      insertInto(
        dialect,
        target,
        [...content, ...values],
        `from ${temp}runs r join ${source} on r.origin_row = ${code === origin.there ? 't' : 's'}.${rowId}
         where r.there is null and r.origin = ${code}`,
      ),
    )
  }
  const isMark = (name: string) => marks.includes(name)
  const kept = (await dialect.columnsOf(session, into.integration, table)).filter((name) => !isMark(name))
  await from(
    `${target} t`,
    kept.map((name) => [name, `t.${quoted(name)}`]),
    origin.there,
  )
  await from(
    `${temp}${upserts.name} s`,
    stagedValues(
      dialect,
      upserts.columns.filter(({ name }) => !isMark(name)),
    ),
    origin.upserts,
  )
  await from(
    `${temp}${deletes.name} s`,
    objectKey(table).map((key) => [key, converted(dialect, columnOf(table, key))]),
    origin.deletes,
  )
  await session.run(deleteBeside(dialect, `${target} as t`, `${temp}stale x`, `t.${rowId} = x.place`))
  await session.run(
    `update ${target} as t set _version = r._version, _valid_to = r._valid_to, _is_current = r._is_current,
         _seen = r._seen, _synced_at = ${timestamp(load.packedAt)}
       from ${temp}runs r where t.${rowId} = r.there and r.differs`,
  )
  await session.run(`drop table ${temp}stale`)
}

/** Closes the intervals that a prune speaks of; nothing is known of their objects that is newer. */
async function closePruned(into: Into, target: string, table: Table, prune: StagedPrune): Promise<number> {
  const { dialect, session, load } = into
  const { temp, rowId, timestamp } = dialect
  const { from, version, where } = reach(dialect, target, table, prune)
  const keys = objectKey(table)
  const at = timestamp('g.v * 1000')
  const syncedAt = timestamp(load.packedAt)
  await session.run(
    dialect.makeTemp(
      'gone',
      `select ${keys.map((key) => `t.${columnName(dialect, key)}`).join(', ')}, t.${rowId} as place, ${version} as v
       from ${from} where t._is_current and ${where}`,
    ),
    [load.account],
  )
  const [found] = await session.rows(`select count(*) from ${temp}gone`)
  const count = Number(found?.[0] ?? 0)
  if (count > 0) {
    await session.run(
      `update ${target} as t set _valid_to = ${at}, _is_current = false, _synced_at = ${syncedAt}
         from ${temp}gone g where t.${rowId} = g.place`,
    )
    const row: readonly Value[] = [
      ...keys.map((key): Value => [key, `g.${columnName(dialect, key)}`]),
      ['_version', 'g.v'],
      ['_synced_at', syncedAt],
      ['_deleted_at', at],
      ['_valid_from', at],
      ['_valid_to', at],
      ['_is_current', 'false'],
      ['_hash', literal(goneHash)],
    ]
    await session.run(insertInto(dialect, target, row, `from ${temp}gone g`))
  }
  await session.run(`drop table ${temp}gone`)
  return count
}

const keyNames = (dialect: Dialect, table: Table, of = ''): string =>
  objectKey(table)
    .map((key) => `${of}${columnName(dialect, key)}`)
    .join(', ')

/** Whether two are of the same object; both have the warehouse's types. */
const same = (dialect: Dialect, table: Table, one: string, other: string): string =>
  objectKey(table)
    .map((key) => `${one}.${columnName(dialect, key)} = ${other}.${columnName(dialect, key)}`)
    .join(' and ')
