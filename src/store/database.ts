/** Connections to the store, and transactions on them. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { TransientError } from '../core/errors.ts'
import { codeOf } from './away.ts'

/** Whatever runs a statement: the pool, or the one connection of a transaction. */
export type Sql = Pick<pg.Pool | pg.PoolClient, 'query'>

export interface Connection {
  readonly connectionString?: string
  readonly host?: string
  readonly user?: string
  readonly password?: string
  readonly database?: string
}

/** 64-bit integers are counts here, far below 2^53. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((id: number, format?: 'text') =>
    id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format)) as never,
}

export function openPool(connection: Connection, max: number): pg.Pool {
  const pool = new pg.Pool({ ...connection, max, types, application_name: 'sluice', keepAlive: true })
  // An idle connection that is cut (the server was restarted) is replaced by the next that is needed.
  pool.on('error', () => {})
  // One that is cut in the midst of a transaction fails its statement; besides it says so to whoever listens, and to
  // nobody the pool lets listen then: without this the process would end.
  pool.on('connect', (client) => client.on('error', () => {}))
  return pool
}

/**
 * Commits when `work` resolves, and rolls back when it throws. Where the connection breaks at the commit, the server is
 * asked what became of it: what was committed counts as such, and whoever tries again never does a thing twice. Throws
 * what `work` throws and what the database says.
 */
export async function transaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    const id = await ownId(client)
    try {
      await client.query('commit')
    } catch (error) {
      broken = true
      if (id === null || !(await wasCommitted(pool, id))) throw error
    }
    return result
  } catch (error) {
    if (!broken) {
      await client.query('rollback').catch(() => {
        broken = true
      })
    }
    throw error
  } finally {
    client.release(broken)
  }
}

/** Of the transaction; null when it has written nothing. */
async function ownId(client: pg.PoolClient): Promise<string | null> {
  const { rows } = await client.query<{ id: string | null }>(
    'select pg_current_xact_id_if_assigned()::text as id',
  )
  return rows[0]?.id ?? null
}

/** Until a transaction whose connection broke is at its end, and a server that starts again is there. */
const patience = 10_000

/** Asks until the server knows. False when it was rolled back, or nobody knows in time. */
async function wasCommitted(pool: pg.Pool, id: string): Promise<boolean> {
  const deadline = Date.now() + patience
  for (;;) {
    const status = await statusOf(pool, id).catch(() => undefined)
    if (status === 'committed') return true
    if (status === 'aborted' || Date.now() >= deadline) return false
    await sleep(200)
  }
}

async function statusOf(pool: pg.Pool, id: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ status: string | null }>('select pg_xact_status($1::xid8) as status', [
    id,
  ])
  return rows[0]?.status ?? undefined
}

/** Whether a statement broke the unique index or the foreign key of that name. */
export function broke(error: unknown, name: string): boolean {
  const isBreach = ['23505', '23503'].includes(codeOf(error))
  return isBreach && (error as { readonly constraint?: unknown }).constraint === name
}

/** The connection's fault, as the world's: with the host, and never the password. */
export function unreachable(error: unknown, where: string): TransientError {
  const said = error instanceof Error ? error.message || codeOf(error) : String(error)
  return new TransientError(`the database of sluice at ${where} cannot be reached: ${said}`, {
    cure: 'see whether PostgreSQL runs there, and --database-url',
    cause: error,
  })
}
