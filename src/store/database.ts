/** Connections to the store, and transactions on them. */
import pg from 'pg'
import { TransientError } from '../core/errors.ts'

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
  return pool
}

/** Commits when `work` resolves, and rolls back when it throws. */
export async function transaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  let broken = false
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** SQLSTATE, or the system's code. */
export function codeOf(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : ''
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
