/**
 * One connection to a server, made when it is first needed and again after it was lost. Everything goes through
 * transactions that depend on nothing of the session (settings are `set local`, temporary tables end with them,
 * statements have no names), so that a pooler in transaction mode may stand between.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { ConfigError } from '../../core/errors.ts'
import type { OpenOptions } from '../../core/model.ts'
import type { Session } from '../sql/dialect.ts'
import type { Address } from './address.ts'
import { connect } from './connect.ts'
import { ConnectionLost, codeOf, explained, mayPass } from './errors.ts'

export interface Transaction extends Session {
  /** For what needs more than statements: COPY. */
  readonly client: Client
}

export interface Connection {
  /**
   * Runs `work` in a transaction that ends as `end` says, one after the other. What may pass is tried again, as often
   * as `patience` (milliseconds) allows: `work` must be such that it may run again although it was committed.
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>, how: How): Promise<T>
  /** As `transact`, for one who holds the transaction between items. Never tried again. */
  stream<T>(work: (transaction: Transaction) => AsyncGenerator<T>, how: How): AsyncGenerator<T>
  close(): Promise<void>
}

export interface How {
  readonly end: 'commit' | 'rollback'
  /** Whoever writes to one integration stands in one queue. */
  readonly queue?: string
  /** How long to wait for a lock that others hold, milliseconds. */
  readonly lockWait?: number
  /** How long the server may work at one statement, milliseconds. */
  readonly statementWait?: number
  readonly patience: number
}

export function connection(address: Address, options: Pick<OpenOptions, 'signal' | 'report'>): Connection {
  let client: Client | undefined
  let turn: Promise<unknown> = Promise.resolve()

  /** Waits for its turn; the next one's comes when `release` is called. */
  async function take(): Promise<() => void> {
    const before = turn
    let release: () => void = () => {}
    turn = new Promise<void>((resolve) => {
      release = resolve
    })
    await before
    return release
  }

  async function begin(how: How): Promise<Transaction> {
    const held =
      client ??
      (await connect(address, (ended) => {
        if (client === ended) client = undefined
      }))
    client = held
    await held.query(beginning(how))
    return session(held)
  }

  /** Ends a transaction that failed; a connection on which that fails too is given up. */
  async function giveUp(): Promise<void> {
    const held = client
    try {
      await held?.query('rollback')
    } catch {
      client = undefined
      held?.end().catch(() => {})
    }
  }

  async function once<T>(work: (transaction: Transaction) => Promise<T>, how: How): Promise<T> {
    try {
      const transaction = await begin(how)
      const result = await work(transaction)
      await transaction.client.query(how.end)
      return result
    } catch (error) {
      const failed = client === undefined && codeOf(error) === undefined && !isOurs(error)
      await giveUp()
      throw failed ? new ConnectionLost(error) : error
    }
  }

  return {
    async transact(work, how) {
      const release = await take()
      try {
        const started = performance.now()
        for (let attempt = 0; ; attempt++) {
          try {
            return await once(work, how)
          } catch (error) {
            const pause = Math.min(8_000, 100 * 2 ** attempt)
            if (!mayPass(error) || performance.now() - started + pause > how.patience)
              throw explained(error, address)
            if (attempt === 3) {
              const because = (explained(error, address) as Error).message
              options.report({ type: 'log', level: 'warn', message: `${because}; trying again` })
            }
            await sleep(pause, undefined, { signal: options.signal })
          }
        }
      } finally {
        release()
      }
    },

    async *stream(work, how) {
      const release = await take()
      try {
        yield* work(await begin(how))
      } catch (error) {
        const lost = client === undefined && codeOf(error) === undefined
        throw explained(lost ? new ConnectionLost(error) : error, address)
      } finally {
        await giveUp()
        release()
      }
    },

    async close() {
      const release = await take()
      const held = client
      client = undefined
      await held?.end().catch(() => {})
      release()
    },
  }
}

const isOurs = (error: unknown) => error instanceof ConfigError || error instanceof TypeError

/** In one go: a transaction, what it needs to know, and its place in the queue. */
function beginning({ queue, lockWait = 30_000, statementWait = 600_000 }: How): string {
  return [
    'begin',
    'set local search_path = pg_catalog, pg_temp',
    "set local timezone = 'UTC'",
    "set local datestyle = 'ISO'",
    'set local extra_float_digits = 1',
    // Of a server that is slow, not of one that hangs: the role's own limit may be too low for a load.
    `set local statement_timeout = ${statementWait}`,
    // Whoever dies without a word lets go after this long.
    "set local idle_in_transaction_session_timeout = '2min'",
    `set local lock_timeout = ${lockWait}`,
    // Compiling costs more than it saves where everything is done once.
    'set local jit = off',
    ...(queue === undefined ? [] : [`select pg_advisory_xact_lock(${lockNumber(queue)})`]),
  ].join('; ')
}

/** FNV-1a, 64 bits, signed: two integrations of one number only wait for each other. */
function lockNumber(name: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(`sluice ${name}`))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return String(BigInt.asIntN(64, hash))
}

function session(client: Client): Transaction {
  const ask = (sql: string, values?: readonly string[]) =>
    client.query<unknown[]>({
      text: sql,
      rowMode: 'array',
      types: asText,
      ...(values && values.length > 0 ? { values: [...values] } : {}),
    })
  return {
    client,
    async run(sql, values) {
      return (await ask(sql, values)).rowCount ?? 0
    },
    async rows(sql, values) {
      return (await ask(sql, values)).rows
    },
  }
}

/** Values come as the server writes them; who asks knows what they are. */
const asText = { getTypeParser: () => (text: string | Buffer) => text }
