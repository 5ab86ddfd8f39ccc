/** A look into a database, for the person at the command line: one statement, read only. */
import type { Client, QueryArrayConfig } from 'pg'
import { ConfigError } from '../../core/errors.ts'
import type { Json, QueryResult } from '../../core/model.ts'
import type { Address } from './address.ts'
import { connect } from './connect.ts'
import { codeOf, explained } from './errors.ts'

/** Gives the first `limit` rows. Throws `ConfigError` for SQL that does not run or would write. */
export async function queryPostgres(address: Address, sql: string, limit: number): Promise<QueryResult> {
  let client: Client | undefined
  try {
    client = await connect(address, () => {})
    await client.query(`begin read only; set local timezone = 'UTC'; set local datestyle = 'ISO'`)
    return await ask(client, sql.trim().replace(/;+$/, ''), limit)
  } catch (error) {
    const code = codeOf(error) ?? ''
    // Classes of what a query itself may be guilty of: data, syntax, read-only transaction, its own transaction.
    if (/^(22|42|25|2D|0A)/.test(code)) {
      throw new ConfigError(`the query does not run: ${(error as Error).message}`, { cause: error })
    }
    throw explained(error, address)
  } finally {
    await client?.end().catch(() => {})
  }
}

/** With the extended protocol a statement is one, so that none can end the read-only transaction. */
async function ask(client: Client, sql: string, limit: number): Promise<QueryResult> {
  const one = (text: string) => {
    const asked: QueryArrayConfig & { readonly queryMode: 'extended' } = {
      text,
      rowMode: 'array',
      types: asText,
      queryMode: 'extended',
    }
    return client.query<(string | null)[]>(asked)
  }
  const isCursor = /^(select|with|values|table)\b/i.test(sql)
  if (isCursor) await one(`declare asked no scroll cursor for ${sql}`)
  const { fields, rows } = await one(isCursor ? `fetch ${limit + 1} from asked` : sql)
  return {
    columns: fields.map(({ name }) => name),
    rows: rows.slice(0, limit).map((row) => row.map((text, at) => jsonOf(text, fields[at]?.dataTypeID ?? 0))),
    more: rows.length > limit,
  }
}

const asText = { getTypeParser: () => (text: string | Buffer) => text }

/** By the type's number in pg_type, which never changes: boolean; small integers and doubles; all others as text. */
function jsonOf(text: string | null, type: number): Json {
  if (text === null) return null
  if (type === 16) return text === 't'
  if ([21, 23, 700, 701].includes(type) && Number.isFinite(Number(text))) return Number(text)
  return text
}
