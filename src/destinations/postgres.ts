/**
 * A PostgreSQL database as warehouse, 13 to 18: one schema per integration, with its bookkeeping beside the tables.
 * Reasons and figures: docs/decisions/0012-postgres.md.
 */
import { FenceError } from '../core/errors.ts'
import type { Destination, Load, OpenOptions, State, Table, WholeWarehouse } from '../core/model.ts'
import { quoted } from './naming.ts'
import { type Address, example, parseAddress } from './postgres/address.ts'
import { connection, type How, type Transaction } from './postgres/connection.ts'
import { caps, dialect } from './postgres/dialect.ts'
import { heldBy, hold } from './postgres/held.ts'
import { missingIndexes } from './postgres/indexes.ts'
import { checkRights, checkSchemaIsOurs, checkServer, grantReading } from './postgres/ours.ts'
import { queryPostgres } from './postgres/query.ts'
import { readRows } from './postgres/read.ts'
import { sendingOf, stage, stageThese } from './postgres/stage.ts'
import { type Straight, straight } from './postgres/straight.ts'
import type { Removals, Stage } from './sql/dialect.ts'
import { dropIntegration } from './sql/drop.ts'
import { type Fence, ledger } from './sql/ledger.ts'
import { applyLoad, type StagedBatch, stageBatch } from './sql/load.ts'
import { prepareTables } from './sql/prepare.ts'
import { removals } from './sql/removed.ts'

export const postgres: Destination = {
  name: 'postgres',
  example,
  caps: { ...caps, load: { ...caps.load, hold } },
  async open(address, options) {
    return openPostgres(parseAddress(address), options, 60_000)
  },
  query: (address, sql, { limit }) => queryPostgres(parseAddress(address), sql, limit),
  columns: `select table_schema, table_name, column_name, data_type, is_nullable = 'YES' from information_schema.columns
    where table_schema not in ('pg_catalog', 'information_schema', '_sluice')
    order by table_schema, table_name, ordinal_position`,
  views: {
    enter: (_, integration) => [`set search_path to ${quoted(integration)}`],
    create: (name, query) => [`create or replace view ${name} as\n${query}`],
  },
}

/**
 * As `postgres.open`; what may pass is tried again for `patience` milliseconds, and a server that says nothing for
 * `silence` milliseconds is asked whether it is at work. Batches that do not go straight are merged.
 */
export function openPostgres(
  address: Address,
  options: OpenOptions,
  patience: number,
  silence?: number,
  goStraight: Straight = straight(),
): WholeWarehouse {
  const { integration } = options
  const server = connection(address, options, silence)
  let fence: Fence | undefined
  let removed: Removals = new Set()
  /** Tables that this run made and has not filled yet, by name; an earlier run's have had their chance. */
  const young = new Map<string, Table>()

  const looking: How = { end: 'rollback', patience }
  const writing: How = { end: 'commit', queue: integration, patience }

  function heldFence(): Fence {
    if (!fence) throw new FenceError('readState comes first: it raises the fence')
    return fence
  }

  /**
   * Each in a transaction of its own, so that no lock of another change is held while a large table is read. What
   * cannot be made is told and left to the next run: without it reading is slower, and right.
   */
  async function addIndexes(tables: readonly Table[], held: Fence): Promise<void> {
    if (!tables.some(({ lookups = [] }) => lookups.length > 0)) return
    const say = (level: 'info' | 'warn', message: string) => options.report({ type: 'log', level, message })
    let making: string | undefined
    const addNext = () =>
      server.transact(
        async (session) => {
          making = undefined
          await ledger(dialect, session, integration).checkFence(held)
          const [index] = await missingIndexes(session, integration, tables)
          if (!index) return false
          making = index.on
          if (index.large) say('info', `making the index of ${making}, which can take minutes`)
          await session.run(index.sql)
          return true
        },
        { ...writing, lockWait: 5_000, statementWait: 3_600_000 },
      )
    try {
      while (await addNext());
    } catch (error) {
      if (making === undefined || error instanceof FenceError) throw error
      say(
        'warn',
        `the index of ${making} was not made; the next run tries again: ${(error as Error).message}`,
      )
    }
  }

  /** Batches as they are to be merged, each staged when the one before is merged. */
  async function* staged(session: Transaction, load: Load): AsyncGenerator<StagedBatch> {
    const into: Stage = (...rows) => stage(session, ...rows)
    for (const [at, batch] of load.batches.entries()) {
      const name = `stage_${at}`
      const { table, held } = batch
      const sending = held
        ? heldBy(held.rows).sending(held.numbers, load.packedAt)
        : sendingOf(table.columns, batch.upserts, ['_version', '_synced_at', ...table.key])
      // What was removed for good may be among the rows in an older version; a history takes no rows as they are.
      const canGo = batch.merge !== 'history' && !removed.has(table.name)
      const written = canGo ? await goStraight(session, integration, table, sending) : undefined
      const rest = await stageBatch(into, name, written === undefined ? batch : { ...batch, upserts: [] })
      const isMerged = held !== undefined && written === undefined && sending.length > 0
      const upserts = isMerged ? await stageThese(session, `${name}_u`, sending) : rest.upserts
      yield { ...rest, upserts, written: written ?? 0 }
    }
  }

  return {
    /** Makes what a sync makes, and takes it back. */
    async check() {
      await server.transact(
        async (session) => {
          await checkServer(session, address)
          await checkSchemaIsOurs(session, integration)
          await checkRights(session, integration, address)
          await dialect.createSchema(session, integration, 'data')
          await session.run(`create table ${dialect.table(integration, '_sluice_check')} (written boolean)`)
          await session.run('create temp table probe (written boolean) on commit drop')
        },
        { ...looking, patience: 0 },
      )
    },

    async readState({ peek, scopes } = {}): Promise<State> {
      if (peek) {
        return server.transact(async (session) => {
          await checkSchemaIsOurs(session, integration)
          return (await dialect.hasLedger(session, integration))
            ? ledger(dialect, session, integration).readCheckpoints(scopes)
            : new Map()
        }, looking)
      }
      return server.transact(async (session) => {
        const books = ledger(dialect, session, integration)
        await checkServer(session, address)
        await checkSchemaIsOurs(session, integration)
        await checkRights(session, integration, address)
        fence = await books.raiseFence()
        removed = await removals(dialect, session, integration)
        return books.readCheckpoints(scopes)
      }, writing)
    },

    async prepare(tables) {
      const held = heldFence()
      // Adding a column waits for whoever reads the table, and all others then wait for it: not for long.
      const changes = await server.transact(
        async (session) => {
          await ledger(dialect, session, integration).checkFence(held)
          const changes = await prepareTables(dialect, session, integration, tables)
          if (address.reader !== undefined) await grantReading(session, integration, address.reader)
          return changes
        },
        { ...writing, lockWait: 5_000 },
      )
      const made = new Set(changes.flatMap(({ table, change }) => (change === 'create table' ? [table] : [])))
      for (const table of tables) if (made.has(table.name)) young.set(table.name, table)
      await addIndexes(
        tables.filter(({ name }) => !young.has(name)),
        held,
      )
      return changes
    },

    async load(load) {
      const held = heldFence()
      const receipt = await server.transact(async (session) => {
        const books = ledger(dialect, session, integration)
        const into = { dialect, session, integration, removals: removed, load }
        return applyLoad(into, books, held, staged(session, load))
      }, writing)
      const complete = (load.complete ?? []).flatMap((name) => young.get(name) ?? [])
      for (const { name } of complete) young.delete(name)
      await addIndexes(complete, held)
      return receipt
    },

    async drop() {
      const held = heldFence()
      /** An answer that was lost after it was committed is found out by there being nothing any more. */
      let tried: readonly string[] | undefined
      const tables = await server.transact(
        async (session) => {
          if (tried && !(await dialect.hasLedger(session, integration))) return tried
          await ledger(dialect, session, integration).checkFence(held)
          tried = await dropIntegration(dialect, session, integration)
          return tried
        },
        // Whoever reads a table is waited for, and all others then wait for us: not for long.
        { ...writing, lockWait: 5_000 },
      )
      fence = undefined
      return tables
    },

    read(table, within, account) {
      return server.stream((session) => readRows(session, integration, table, { within, account }), looking)
    },

    async [Symbol.asyncDispose]() {
      await server.close()
    },
  }
}
