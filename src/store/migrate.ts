/** Brings the store's schema up to date: numbered SQL files, each applied once, all in one transaction. */
import { readdirSync, readFileSync } from 'node:fs'
import type pg from 'pg'
import { ConfigError } from '../core/errors.ts'
import { type Sql, transaction } from './database.ts'

const folder = new URL('./migrations/', import.meta.url)
/** Held while the schema changes, so that processes that start together take turns. */
const schemaLock = 5_721_905

export interface Migration {
  readonly id: number
  readonly name: string
  readonly sql: string
}

/** In their order. */
export function migrations(): readonly Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      id: Number(file.slice(0, 4)),
      name: file.slice(5, -4),
      sql: readFileSync(new URL(file, folder), 'utf8'),
    }))
}

/** Applies what is missing, and returns it. Throws `ConfigError` when the store is newer than this program. */
export async function migrate(pool: pg.Pool, known = migrations()): Promise<readonly Migration[]> {
  return transaction(pool, async (sql) => {
    await sql.query('select pg_advisory_xact_lock($1)', [schemaLock])
    const missing = missingOf(await applied(sql), known)
    if (missing.length === 0) return []
    await sql.query('create schema if not exists sluice')
    await sql.query(
      `create table if not exists sluice.migrations (
         id integer primary key, name text not null, at timestamptz not null default now())`,
    )
    for (const { id, name, sql: text } of missing) {
      await sql.query(text)
      await sql.query('insert into sluice.migrations (id, name) values ($1, $2)', [id, name])
    }
    return missing
  })
}

/** Throws `ConfigError` unless the store has exactly the schema that this program knows. */
export async function checkSchema(sql: Sql, known = migrations()): Promise<void> {
  if (missingOf(await applied(sql), known).length === 0) return
  throw new ConfigError('the store is older than this sluice', { cure: 'run sluice migrate' })
}

function missingOf(applied: readonly number[], known: readonly Migration[]): readonly Migration[] {
  const newest = known.at(-1)?.id ?? 0
  const found = applied.at(-1) ?? 0
  if (found > newest) {
    throw new ConfigError(
      `a newer sluice has upgraded the store (to schema ${found}; this one knows ${newest})`,
      { cure: 'start that newer sluice, or restore a backup from before' },
    )
  }
  return known.filter(({ id }) => !applied.includes(id))
}

/** Numbers of the migrations that the store has had, in order; none when it is empty. */
async function applied(sql: Sql): Promise<readonly number[]> {
  const { rows: found } = await sql.query<{ there: boolean }>(
    `select to_regclass('sluice.migrations') is not null as there`,
  )
  if (!found[0]?.there) return []
  const { rows } = await sql.query<{ id: number }>('select id from sluice.migrations order by id')
  return rows.map(({ id }) => id)
}
