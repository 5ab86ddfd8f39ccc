/** The bookkeeping that lives beside the data: fence, checkpoints, loads. All inside an open transaction. */
import { randomBytes } from 'node:crypto'
import { FenceError } from '../../core/errors.ts'
import type { Checkpoint, Json, Load, LoadReceipt, Scopes, State } from '../../core/model.ts'
import { deleteBeside, textLiteral } from './columns.ts'
import type { Dialect, Session } from './dialect.ts'

export interface Fence {
  readonly epoch: bigint
  readonly token: string
}

/** Loads of an integration that are remembered: for idempotence the last would do, the others tell a person about freshness. */
const loadsKept = 1000

export interface Ledger {
  /** Makes what is missing, and raises the integration's fence: earlier holders are refused from here on. */
  raiseFence(): Promise<Fence>
  /** Throws `FenceError` when another has raised the fence since, or when there is none any more. */
  checkFence(fence: Fence): Promise<void>
  readCheckpoints(scopes: Scopes | undefined): Promise<State>
  /** The last of a scope counts; a null cursor forgets the scope. */
  writeCheckpoints(checkpoints: readonly Checkpoint[]): Promise<void>
  /** The receipt of a load that is already in, or undefined. */
  findLoad(id: string): Promise<LoadReceipt | undefined>
  recordLoad(load: Load, receipt: LoadReceipt): Promise<void>
}

export function ledger(dialect: Dialect, session: Session, integration: string): Ledger {
  const { text, json } = dialect
  const time = dialect.types.timestamp.sql
  const at = (table: Parameters<Dialect['ledger']>[1]) => dialect.ledger(integration, table)
  const missing = [
    `create table if not exists ${at('integrations')}
       (integration ${text} not null, epoch bigint not null, token ${text} not null, opened_at ${time} not null)`,
    `create table if not exists ${at('checkpoints')}
       (integration ${text} not null, scope ${text} not null, cursor ${json} not null)`,
    `create table if not exists ${at('loads')}
       (integration ${text} not null, load_number bigint not null, load_id ${text} not null,
        finished_at ${time} not null, tables ${json} not null)`,
    `create table if not exists ${at('removed')}
       (integration ${text} not null, table_name ${text} not null, key ${text} not null, version bigint not null)`,
  ]
  return {
    async raiseFence() {
      await dialect.createSchema(session, integration, 'ledger')
      for (const sql of missing) await session.run(sql)
      const [row] = await session.rows(
        `select coalesce(max(epoch), 0) + 1 from ${at('integrations')} where integration = $1`,
        [integration],
      )
      const fence: Fence = { epoch: BigInt(String(row?.[0] ?? 1)), token: randomBytes(12).toString('hex') }
      await session.run(`delete from ${at('integrations')} where integration = $1`, [integration])
      await session.run(
        `insert into ${at('integrations')} values ($1, cast($2 as bigint), $3, ${dialect.now})`,
        [integration, String(fence.epoch), fence.token],
      )
      return fence
    },

    async checkFence(fence) {
      const rows = (await dialect.hasLedger(session, integration))
        ? await session.rows(`select epoch, token from ${at('integrations')} where integration = $1`, [
            integration,
          ])
        : []
      const [row] = rows
      if (String(row?.[0]) === String(fence.epoch) && row?.[1] === fence.token) return
      throw new FenceError(
        row
          ? `another run of ${integration} has taken over this warehouse`
          : `the warehouse no longer knows ${integration}: it was replaced while it was in use`,
      )
    },

    async readCheckpoints(scopes) {
      const begins = (prefix: string) => `substr(scope, 1, ${prefix.length}) = ${textLiteral(prefix)}`
      const wanted =
        scopes === undefined
          ? 'true'
          : 'under' in scopes
            ? begins(scopes.under)
            : `not ${begins(scopes.except)}`
      const rows = await session.rows(
        `select scope, cast(cursor as ${text}) from ${at('checkpoints')} where integration = $1 and ${wanted}`,
        [integration],
      )
      return new Map(rows.map(([scope, cursor]) => [String(scope), JSON.parse(String(cursor)) as Json]))
    },

    async writeCheckpoints(checkpoints) {
      const last = new Map(checkpoints.map(({ scope, cursor }) => [scope, cursor]))
      if (last.size === 0) return
      const given = [...last].map(([scope, cursor]) => ({ scope, cursor: JSON.stringify(cursor) }))
      await session.run(dialect.makeTemp('given', `select scope, cursor from ${dialect.records}`), [
        JSON.stringify(given),
      ])
      await session.run(
        deleteBeside(
          dialect,
          `${at('checkpoints')} as c`,
          `${dialect.temp}given g`,
          'c.integration = $1 and c.scope = g.scope',
        ),
        [integration],
      )
      await session.run(
        `insert into ${at('checkpoints')}
           select $1, scope, cast(cursor as ${json}) from ${dialect.temp}given where cursor <> 'null'`,
        [integration],
      )
      await session.run(`drop table ${dialect.temp}given`)
    },

    async findLoad(id) {
      const [row] = await session.rows(
        `select cast(tables as ${text}) from ${at('loads')} where integration = $1 and load_id = $2`,
        [integration, id],
      )
      if (!row) return undefined
      const tables = JSON.parse(String(row[0])) as Record<string, { rows: number; deleted: number }>
      return { tables: new Map(Object.entries(tables)) }
    },

    async recordLoad(load, receipt) {
      const [row] = await session.rows(
        `select coalesce(max(load_number), 0) + 1 from ${at('loads')} where integration = $1`,
        [integration],
      )
      const number = BigInt(String(row?.[0] ?? 1))
      await session.run(
        `insert into ${at('loads')} values ($1, cast($2 as bigint), $3, ${dialect.now}, cast($4 as ${json}))`,
        [integration, String(number), load.id, JSON.stringify(Object.fromEntries(receipt.tables))],
      )
      if (number % 100n === 0n) {
        await session.run(
          `delete from ${at('loads')} where integration = $1 and load_number <= cast($2 as bigint)`,
          [integration, String(number - BigInt(loadsKept))],
        )
      }
    },
  }
}
