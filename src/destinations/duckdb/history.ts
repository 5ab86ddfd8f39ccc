/**
 * A load's part of a table of intervals, set by set: the points of all objects concerned, from the rows that are
 * there and from those that come, in the order of their versions, joined into runs of one content. Rows that come
 * out the same are not touched. docs/decisions/0005-modes.md; destinations/memory/history.ts says it plainly.
 */
import type { Load, Table } from '../../core/model.ts'
import { goneHash, historyMemory, objectKey } from '../../core/modes.ts'
import { literal } from '../naming.ts'
import { columnOf, converted, timestamp } from './columns.ts'
import { columnName, tableName } from './dialect.ts'
import type { Engine } from './engine.ts'
import type { StagedBatch } from './merge.ts'
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
export async function mergeHistory(engine: Engine, integration: string, load: Load, batch: StagedBatch) {
  const target = tableName(integration, batch.table)
  let rows = 0
  let deleted = 0
  if (batch.upserts.rows + batch.deletes.rows > 0) {
    await findPoints(engine, target, batch)
    await findRuns(engine, target, batch.table)
    rows = await countChanged(engine)
    if (rows > 0) await writeRuns(engine, target, batch, load)
    await engine.run('drop table temp.points')
    await engine.run('drop table temp.runs')
  }
  for (const prune of batch.prunes) deleted += await closePruned(engine, target, batch.table, load, prune)
  return { rows, deleted }
}

/** `points`: what was known of an object at a version, and the row that has it. */
async function findPoints(engine: Engine, target: string, { table, upserts, deletes }: StagedBatch) {
  const keys = keyNames(table)
  const staged = (name: string, from: number) => `
    select ${objectKey(table)
      .map((key) => converted(columnOf(table, key)))
      .join(', ')}, s._version as v, s._hash as hash, ${from} as origin, s.rowid as origin_row
    from temp.${name} s`
  await engine.run(
    `create or replace temp table points as
       with incoming as (${staged(upserts.name, origin.upserts)} union all ${staged(deletes.name, origin.deletes)}),
       there as (
         select ${keys}, t._hash as hash, ${origin.there} as origin, t.rowid as origin_row,
           unnest(list_distinct(list_concat(
             [epoch_us(t._valid_from) // 1000, t._version], coalesce(from_json(t._seen, '["BIGINT"]'), [])))) as v
         from ${target} t where exists (from incoming i where ${same(table, 'i', 't')})),
       news as (
         from incoming i
         where not exists (from there h where ${same(table, 'i', 'h')} and h.v = i.v and h.hash = i.hash))
       select * from (select ${keys}, v, hash, origin, origin_row from there
         union all select ${keys}, v, hash, origin, origin_row from news)
       -- The same version twice with other content: what comes wins.
       qualify row_number() over (partition by ${keys}, v order by origin) = 1`,
  )
}

/** `runs`: the rows that the points amount to; `there` is the row that is one already, `differs` if not in all. */
async function findRuns(engine: Engine, target: string, table: Table) {
  const keys = keyNames(table)
  await engine.run(
    `create or replace temp table runs as
       with marked as (
         select *, max(v) over (partition by ${keys}) as newest,
           (lag(hash) over (partition by ${keys} order by v) is distinct from hash)::integer as starts
         from temp.points),
       numbered as (
         select *, sum(starts) over (partition by ${keys} order by v rows unbounded preceding) as run from marked),
       joined as (
         select ${keys}, hash, min(v) as first, max(v) as last,
           arg_min(origin, v) as origin, arg_min(origin_row, v) as origin_row,
           list(v order by v) filter (v > newest - ${historyMemory}) as recent
         from numbered group by ${keys}, run, hash),
       placed as (
         select *, lead(first) over (partition by ${keys} order by first) as next, hash = ${literal(goneHash)} as gone,
           list_filter(coalesce(recent, []), lambda v: v > first and v < last) as between_
         from joined),
       told as (
         select ${keys}, origin, origin_row, hash as _hash, last as _version,
           ${timestamp('first * 1000')} as _valid_from,
           case when gone then ${timestamp('first * 1000')} end as _deleted_at,
           case when gone then ${timestamp('first * 1000')} else ${timestamp('next * 1000')} end as _valid_to,
           not gone and next is null as _is_current,
           case when len(between_) > 0 then to_json(between_) end as _seen
         from placed)
       select r.*, t.rowid as there, ${['_version', '_valid_to', '_is_current', '_seen']
         .map((name) => `t.${name} is distinct from r.${name}`)
         .join(' or ')} as differs
       from told r left join ${target} t
         on ${same(table, 'r', 't')} and t._valid_from = r._valid_from and t._hash = r._hash`,
  )
}

async function countChanged(engine: Engine): Promise<number> {
  const [row] = await engine.rows('select count(*) from temp.runs where there is null or differs')
  return Number(row?.[0] ?? 0)
}

async function writeRuns(engine: Engine, target: string, batch: StagedBatch, load: Load) {
  const { table, upserts, deletes } = batch
  const keys = objectKey(table)
  // Found before anything is inserted: rows of these objects that are no run any more.
  await engine.run(
    `create or replace temp table stale as
       select t.rowid as row from ${target} t
       where exists (from temp.points p where ${same(table, 'p', 't')})
         and not exists (from temp.runs r where r.there = t.rowid)`,
  )
  const from = (source: string, content: readonly string[], code: number) => {
    const values = marks.map((name) =>
      name === '_synced_at' ? `${timestamp(load.packedAt)} as _synced_at` : `r.${name}`,
    )
    return engine.run(
      `insert into ${target} by name
         select ${[...content, ...values].join(', ')}
         from temp.runs r join ${source} on r.origin_row = ${code === origin.there ? 't' : 's'}.rowid
         where r.there is null and r.origin = ${code}`,
    )
  }
  const isMark = (name: string) => marks.includes(name)
  await from(`${target} t`, [`t.* exclude (${marks.join(', ')})`], origin.there)
  await from(
    `temp.${upserts.name} s`,
    upserts.columns.filter(({ name }) => !isMark(name)).map(converted),
    origin.upserts,
  )
  await from(
    `temp.${deletes.name} s`,
    keys.map((key) => converted(columnOf(table, key))),
    origin.deletes,
  )
  await engine.run(`delete from ${target} t using temp.stale x where t.rowid = x.row`)
  await engine.run(
    `update ${target} t set _version = r._version, _valid_to = r._valid_to, _is_current = r._is_current,
         _seen = r._seen, _synced_at = ${timestamp(load.packedAt)}
       from temp.runs r where t.rowid = r.there and r.differs`,
  )
  await engine.run('drop table temp.stale')
}

/** Closes the intervals that a prune speaks of; nothing is known of their objects that is newer. */
async function closePruned(
  engine: Engine,
  target: string,
  table: Table,
  load: Load,
  prune: StagedPrune,
): Promise<number> {
  const { from, version, where } = reach(target, table, prune)
  const keys = keyNames(table)
  const at = timestamp('g.v * 1000')
  const syncedAt = timestamp(load.packedAt)
  await engine.run(
    `create or replace temp table gone as
       select ${objectKey(table)
         .map((key) => `t.${columnName(key)}`)
         .join(', ')}, t.rowid as row, ${version} as v
       from ${from} where t._is_current and ${where}`,
    [load.account],
  )
  const [found] = await engine.rows('select count(*) from temp.gone')
  const count = Number(found?.[0] ?? 0)
  if (count > 0) {
    await engine.run(
      `update ${target} t set _valid_to = ${at}, _is_current = false, _synced_at = ${syncedAt}
         from temp.gone g where t.rowid = g.row`,
    )
    await engine.run(
      `insert into ${target} by name
         select ${keys}, g.v as _version, ${syncedAt} as _synced_at, ${at} as _deleted_at, ${at} as _valid_from,
           ${at} as _valid_to, false as _is_current, ${literal(goneHash)} as _hash
         from temp.gone g`,
    )
  }
  await engine.run('drop table temp.gone')
  return count
}

const keyNames = (table: Table): string => objectKey(table).map(columnName).join(', ')

/** Whether two are of the same object; both have the warehouse's types. */
const same = (table: Table, one: string, other: string): string =>
  objectKey(table)
    .map((key) => `${one}.${columnName(key)} = ${other}.${columnName(key)}`)
    .join(' and ')
