/** The bookkeeping schema `_sluice`, which lives beside the data: fence, checkpoints, loads. */
import { randomBytes } from 'node:crypto'
import { ConfigError, FenceError } from '../../core/errors.ts'
import type { Checkpoint, Json, Load, LoadReceipt, State } from '../../core/model.ts'
import { literal } from '../naming.ts'
import { catalog } from './dialect.ts'
import type { Engine } from './engine.ts'
import { removedTable } from './removed.ts'

export interface Fence {
  readonly epoch: bigint
  readonly token: string
}

const schema = `${catalog}._sluice`

/** Loads of an integration that are remembered: for idempotence the last would do, the others tell a person about freshness. */
const loadsKept = 1000

const bookkeepingTables = [
  `create schema if not exists ${schema}`,
  `create table if not exists ${schema}.integrations
     (integration varchar not null, epoch bigint not null, token varchar not null, opened_at timestamptz not null)`,
  `create table if not exists ${schema}.checkpoints
     (integration varchar not null, scope varchar not null, cursor json not null)`,
  `create table if not exists ${schema}.loads
     (integration varchar not null, load_number bigint not null, load_id varchar not null,
      finished_at timestamptz not null, tables json not null)`,
  removedTable,
]

/**
 * Refuses a schema that is not ours: of another program, or of an integration whose name differs only in case.
 * Throws `ConfigError`.
 */
export async function checkSchemaIsOurs(engine: Engine, integration: string): Promise<void> {
  const another = { cure: 'choose another name with --name, or another file' }
  if (['information_schema', 'pg_catalog', 'temp', 'system', '_sluice'].includes(integration.toLowerCase())) {
    throw new ConfigError(
      `${integration} is a name of DuckDB itself and cannot be the name of an integration`,
      another,
    )
  }
  if (await exists(engine)) {
    const known = await engine.rows(
      `select integration from ${schema}.integrations where lower(integration) = lower($1)`,
      [integration],
    )
    if (known.some(([name]) => name === integration)) return
    if (known.length > 0) {
      throw new ConfigError(`the file already has an integration called ${known[0]?.[0]}`, another)
    }
  }
  const [found] = await engine.rows(
    `select count(*) from (
       select schema_name from duckdb_tables() where database_name = ${literal(catalog)} and not internal
       union all select schema_name from duckdb_views() where database_name = ${literal(catalog)} and not internal)
     where lower(schema_name) = lower($1)`,
    [integration],
  )
  if (Number(found?.[0] ?? 0) > 0) {
    throw new ConfigError(
      `the file already has a schema called ${integration}, which Sluice did not make`,
      another,
    )
  }
}

/** Whether anything was ever loaded into the file. */
export async function exists(engine: Engine): Promise<boolean> {
  const found = await engine.rows(
    `from duckdb_tables() select 1
       where database_name = ${literal(catalog)} and schema_name = '_sluice' and table_name = 'integrations'`,
  )
  return found.length > 0
}

/** Makes what is missing, and raises the integration's fence: earlier holders are refused from here on. */
export async function raiseFence(engine: Engine, integration: string): Promise<Fence> {
  for (const sql of bookkeepingTables) await engine.run(sql)
  const [row] = await engine.rows(
    `select coalesce(max(epoch), 0) + 1 from ${schema}.integrations where integration = $1`,
    [integration],
  )
  const fence: Fence = { epoch: BigInt(String(row?.[0] ?? 1)), token: randomBytes(12).toString('hex') }
  await engine.run(`delete from ${schema}.integrations where integration = $1`, [integration])
  await engine.run(`insert into ${schema}.integrations values ($1, $2::bigint, $3, now())`, [
    integration,
    String(fence.epoch),
    fence.token,
  ])
  return fence
}

/** Throws `FenceError` when another has raised the fence since, or when there is none any more. */
export async function checkFence(engine: Engine, integration: string, fence: Fence): Promise<void> {
  const rows = (await exists(engine))
    ? await engine.rows(`select epoch, token from ${schema}.integrations where integration = $1`, [
        integration,
      ])
    : []
  const [row] = rows
  if (row?.[0] === fence.epoch && row[1] === fence.token) return
  throw new FenceError(
    row
      ? `another run of ${integration} has taken over this warehouse`
      : `the warehouse no longer knows ${integration}: the file was replaced while it was in use`,
  )
}

export async function readCheckpoints(engine: Engine, integration: string): Promise<State> {
  const rows = await engine.rows(
    `select scope, cursor::varchar from ${schema}.checkpoints where integration = $1`,
    [integration],
  )
  return new Map(rows.map(([scope, cursor]) => [String(scope), JSON.parse(String(cursor)) as Json]))
}

/** The last of a scope counts; a null cursor forgets the scope. */
export async function writeCheckpoints(
  engine: Engine,
  integration: string,
  checkpoints: readonly Checkpoint[],
) {
  const last = new Map(checkpoints.map(({ scope, cursor }) => [scope, cursor]))
  if (last.size === 0) return
  const given = JSON.stringify(
    [...last].map(([scope, cursor]) => ({ scope, cursor: JSON.stringify(cursor) })),
  )
  await engine.run(
    `create or replace temp table given as
       select unnest(from_json($1::json, '[{"scope":"VARCHAR","cursor":"VARCHAR"}]'), recursive := true)`,
    [given],
  )
  await engine.run(
    `delete from ${schema}.checkpoints c using temp.given g where c.integration = $1 and c.scope = g.scope`,
    [integration],
  )
  await engine.run(
    `insert into ${schema}.checkpoints select $1, scope, cursor::json from temp.given where cursor <> 'null'`,
    [integration],
  )
}

/** The receipt of a load that is already in, or undefined. */
export async function findLoad(
  engine: Engine,
  integration: string,
  id: string,
): Promise<LoadReceipt | undefined> {
  const [row] = await engine.rows(
    `select tables::varchar from ${schema}.loads where integration = $1 and load_id = $2`,
    [integration, id],
  )
  if (!row) return undefined
  const tables = JSON.parse(String(row[0])) as Record<string, { rows: number; deleted: number }>
  return { tables: new Map(Object.entries(tables)) }
}

export async function recordLoad(engine: Engine, integration: string, load: Load, receipt: LoadReceipt) {
  const [row] = await engine.rows(
    `select coalesce(max(load_number), 0) + 1 from ${schema}.loads where integration = $1`,
    [integration],
  )
  const number = BigInt(String(row?.[0] ?? 1))
  await engine.run(`insert into ${schema}.loads values ($1, $2::bigint, $3, now(), $4::json)`, [
    integration,
    String(number),
    load.id,
    JSON.stringify(Object.fromEntries(receipt.tables)),
  ])
  if (number % 100n === 0n) {
    await engine.run(`delete from ${schema}.loads where integration = $1 and load_number <= $2::bigint`, [
      integration,
      String(number - BigInt(loadsKept)),
    ])
  }
}
