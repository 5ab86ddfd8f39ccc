/** A look into a file, for the person at the command line: one statement, read only. */
import type { SQLOutputValue } from 'node:sqlite'
import { ConfigError } from '../../core/errors.ts'
import type { Json, QueryResult } from '../../core/model.ts'
import { connect } from './connection.ts'

/** Gives the first `limit` rows. Throws `ConfigError` for SQL that does not run or would write. */
export function querySqlite(path: string, sql: string, limit: number): QueryResult {
  const db = connect(path, { readOnly: true })
  try {
    const statement = db.prepare(sql)
    statement.setReadBigInts(true)
    statement.setReturnArrays(true)
    const rows: Json[][] = []
    for (const row of statement.iterate() as Iterable<unknown> as Iterable<readonly SQLOutputValue[]>) {
      rows.push(row.map(jsonOf))
      if (rows.length > limit) break
    }
    return {
      columns: statement.columns().map(({ name }) => name),
      rows: rows.slice(0, limit),
      more: rows.length > limit,
    }
  } catch (cause) {
    throw new ConfigError(`the query does not run: ${(cause as Error).message}`, { cause })
  } finally {
    db.close()
  }
}

/**
 * The file is opened to be read, which keeps nobody from writing others (`vacuum into`, `attach`). Throws `ConfigError`
 * for what is no query.
 */
export function mustOnlyRead(sql: string): void {
  const [, first = ''] = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/|\()*([a-z]*)/i.exec(sql) ?? []
  if (['select', 'with', 'values', 'explain'].includes(first.toLowerCase())) return
  throw new ConfigError('this would do more than read', { cure: 'ask with select, with or values' })
}

const jsonOf = (value: SQLOutputValue): Json =>
  typeof value === 'bigint' || value instanceof Uint8Array ? String(value) : value
