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
import { endLost, heard, type Place } from './watch.ts'

export interface Transaction extends Session {
  /** For what needs more than statements, COPY: its answer is to be waited for with `heard`. */
  readonly client: Client
  /** The answer, unless the server is gone without a word; see watch.ts. */
  heard<T>(answer: Promise<T>): Promise<T>
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

/** A server that says nothing for `silence` milliseconds is asked whether it is at work. */
export function connection(
  address: Address,
  options: Pick<OpenOptions, 'signal' | 'report'>,
  silence = 20_000,
): Connection {
  let client: Client | undefined
  /** Where the transaction of `client` is, if there is one. */
  let place: Place | undefined
  /** Transactions of connections that were lost. */
  let lost: readonly Place[] = []
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
    const patience = { silence, longest: (how.statementWait ?? usualStatementWait) + 60_000 }
    const listen = <T>(answer: Promise<T>) => heard(answer, held, address, place, patience)
    const begun = await listen(
      held.query<unknown[]>({ text: beginning(how), rowMode: 'array', types: asText }),
    )
    const [pid, start] = lastRow(begun)
    place = { pid: String(pid), start: String(start) }
    if (lost.length > 0) await listen(endLost(held, lost))
    lost = []
    if (how.queue !== undefined) {
      await listen(held.query(`select pg_advisory_xact_lock(${lockNumber(how.queue)})`))
    }
    return session(held, listen)
  }

  async function end(transaction: Transaction, how: How['end']): Promise<void> {
    await transaction.heard(transaction.client.query(how))
    place = undefined
  }

  /** Ends a transaction that failed; a connection on which that fails too is given up. */
  async function giveUp(): Promise<void> {
    const held = client
    try {
      if (held) {
        await heard(held.query('rollback'), held, address, place, { silence, longest: 60_000 })
      } else if (place) lost = [...lost, place]
    } catch {
      if (place) lost = [...lost, place]
      client = undefined
      held?.connection.stream.destroy()
    }
    place = undefined
  }

  async function once<T>(work: (transaction: Transaction) => Promise<T>, how: How): Promise<T> {
    try {
      const transaction = await begin(how)
      const result = await work(transaction)
      await end(transaction, how.end)
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
      // A server that is gone does not say goodbye.
      const ended = held?.end().catch(() => {})
      await Promise.race([ended, sleep(Math.min(silence, 5_000), undefined, { ref: false })])
      held?.connection.stream.destroy()
      release()
    },
  }
}

const isOurs = (error: unknown) => error instanceof ConfigError || error instanceof TypeError

const usualStatementWait = 600_000

/** In one go: a transaction and what it needs to know; it answers where the transaction is. */
function beginning({ lockWait = 30_000, statementWait = usualStatementWait }: How): string {
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
    // Also in the midst of a COPY, where no timeout counts: after a minute, not two hours.
    'set local tcp_keepalives_idle = 30',
    'set local tcp_keepalives_interval = 10',
    'set local tcp_keepalives_count = 3',
    `set local lock_timeout = ${lockWait}`,
    // Compiling costs more than it saves where everything is done once.
    'set local jit = off',
    'select pg_backend_pid(), now()',
  ].join('; ')
}

/** FNV-1a, 64 bits, signed: two integrations of one number only wait for each other. */
function lockNumber(name: string): string {
  let hash = 0xcbf29ce484222325n
  for (const byte of Buffer.from(`sluice ${name}`))
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  return String(BigInt.asIntN(64, hash))
}

/** Of several statements in one go the driver answers with a list. */
function lastRow(answer: unknown): readonly unknown[] {
  const results = answer as readonly { readonly rows: readonly (readonly unknown[])[] }[]
  return results.at(-1)?.rows[0] ?? []
}

function session(client: Client, listen: Transaction['heard']): Transaction {
  const ask = (sql: string, values?: readonly string[]) =>
    listen(
      client.query<unknown[]>({
        text: sql,
        rowMode: 'array',
        types: asText,
        ...(values && values.length > 0 ? { values: [...values] } : {}),
      }),
    )
  return {
    client,
    heard: listen,
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
