/** The store's rows as a file: compressed lines of JSON, each table's in COPY's text format. Secrets stay sealed. */
import { createReadStream, createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { ConfigError } from '../core/errors.ts'
import { type Sql, transaction } from './database.ts'

const format = 1

interface Head {
  readonly sluice: 'backup'
  readonly format: number
  /** Number of the newest migration that the store had. */
  readonly schema: number
  readonly at: string
}

interface Stored {
  readonly table: string
  readonly columns: readonly string[]
}

/** How many rows were written or read. */
export interface Copied {
  readonly tables: number
  readonly rows: number
}

/** Writes all rows as they are at one moment; the file is there whole or not at all. Throws `ConfigError` for a place that cannot be written. */
export async function writeBackup(pool: pg.Pool, file: string, at: Date): Promise<Copied> {
  const client = await pool.connect()
  const half = `${file}.${process.pid}.part`
  let rows = 0
  let tables: readonly Stored[] = []
  async function* lines(): AsyncGenerator<string> {
    const head: Head = { sluice: 'backup', format, schema: await schemaOf(client), at: at.toISOString() }
    yield `${JSON.stringify(head)}\n`
    tables = await tablesOf(client)
    for (const { table, columns } of tables) {
      yield `${JSON.stringify({ table, columns })}\n`
      const out = client.query(copyTo(`copy sluice.${table} (${columns.join(', ')}) to stdout`))
      for await (const line of createInterface({ input: out, crlfDelay: Number.POSITIVE_INFINITY })) {
        rows++
        yield `${JSON.stringify(line)}\n`
      }
    }
    yield `${JSON.stringify({ end: rows })}\n`
  }
  try {
    await client.query('begin isolation level repeatable read read only')
    await pipeline(
      Readable.from(lines()),
      createGzip(),
      createWriteStream(half, { mode: 0o600, flags: 'wx', flush: true }),
    )
    await client.query('commit')
    await rename(half, file)
    return { tables: tables.length, rows }
  } catch (error) {
    await rm(half, { force: true })
    await client.query('rollback').catch(() => {})
    throw unwritable(error, file)
  } finally {
    client.release()
  }
}

/** The number of the schema that a backup is of. Throws `ConfigError` for a file that is none. */
export async function backupSchema(file: string): Promise<number> {
  for await (const line of linesOf(file)) return headOf(line, file).schema
  throw noBackup(file)
}

/** Puts a backup's rows into a store of the same schema that has none. All or nothing. Throws `ConfigError`. */
export async function readBackup(pool: pg.Pool, file: string): Promise<Copied> {
  return transaction(pool, async (sql) => {
    await refuseRows(sql)
    let copied: Copied = { tables: 0, rows: 0 }
    let ended = false
    let into:
      | { readonly table: string; readonly stream: ReturnType<typeof copyFrom>; readonly done: Promise<void> }
      | undefined
    const close = async () => {
      into?.stream.end()
      await into?.done
      into = undefined
    }
    try {
      let isFirst = true
      for await (const line of linesOf(file)) {
        if (isFirst) {
          headOf(line, file)
          isFirst = false
          continue
        }
        const item = JSON.parse(line) as string | (Stored & { readonly end?: number })
        if (typeof item === 'string') {
          if (!into) throw noBackup(file)
          copied = { ...copied, rows: copied.rows + 1 }
          if (!into.stream.write(`${item}\n`)) await Promise.race([drained(into.stream), into.done])
        } else if (item.end !== undefined) {
          await close()
          ended = item.end === copied.rows
        } else {
          await close()
          const columns = item.columns.map(quoted).join(', ')
          const stream = (sql as pg.PoolClient).query(
            copyFrom(`copy sluice.${quoted(item.table)} (${columns}) from stdin`),
          )
          const done = new Promise<void>((resolve, reject) =>
            stream.once('finish', resolve).once('error', reject),
          )
          done.catch(() => {})
          into = { table: item.table, stream, done }
          copied = { ...copied, tables: copied.tables + 1 }
        }
      }
      if (!ended) throw new ConfigError(`the backup ${file} is not whole`, { cure: 'take another one' })
    } catch (error) {
      // A transaction cannot be rolled back while a copy of it goes on.
      into?.stream.destroy(new Error('the backup cannot be read'))
      await into?.done.catch(() => {})
      throw error
    }
    await setSequences(sql)
    return copied
  })
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const input = createReadStream(file).on('error', (error) => unzipped.destroy(error))
  const unzipped = input.pipe(createGunzip())
  try {
    for await (const line of createInterface({ input: unzipped, crlfDelay: Number.POSITIVE_INFINITY }))
      yield line
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code.startsWith('Z_') || code === 'ERR_STREAM_PREMATURE_CLOSE') throw noBackup(file, error)
    if (code.startsWith('E') && code.length < 10) {
      throw new ConfigError(`the backup ${file} cannot be read: ${code}`, {
        cure: 'name another file',
        cause: error,
      })
    }
    throw error
  } finally {
    input.destroy()
  }
}

function headOf(line: string, file: string): Head {
  let head: Partial<Head> = {}
  try {
    head = JSON.parse(line) as Partial<Head>
  } catch {
    // Said below.
  }
  if (head.sluice !== 'backup' || typeof head.schema !== 'number') throw noBackup(file)
  if (head.format !== format) {
    throw new ConfigError(`the backup ${file} is of a newer sluice`, { cure: 'restore it with that one' })
  }
  return head as Head
}

const noBackup = (file: string, cause?: unknown) =>
  new ConfigError(`${file} is no backup of sluice, or not a whole one`, { cure: 'name another file', cause })

function unwritable(error: unknown, file: string): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (!['EACCES', 'ENOENT', 'ENOSPC', 'EISDIR', 'EROFS', 'EEXIST', 'ENOTDIR'].includes(code)) return error
  return new ConfigError(`${file} cannot be written: ${code}`, { cure: 'choose another place', cause: error })
}

async function schemaOf(sql: Sql): Promise<number> {
  const { rows } = await sql.query<{ id: number }>('select max(id) as id from sluice.migrations')
  return rows[0]?.id ?? 0
}

/** All tables but the migrations', those that others refer to first; columns that are not computed. */
async function tablesOf(sql: Sql): Promise<readonly Stored[]> {
  const { rows } = await sql.query<Stored & { readonly needs: readonly string[] }>(
    `select quote_ident(c.relname) as table,
       (select array_agg(quote_ident(a.attname) order by a.attnum) from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
       array(select distinct quote_ident(f.relname::text) from pg_constraint k join pg_class f on f.oid = k.confrelid
             where k.conrelid = c.oid and k.contype = 'f' and f.oid <> c.oid) as needs
     from pg_class c
     where c.relnamespace = 'sluice'::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'
     order by 1`,
  )
  const sorted: Stored[] = []
  const left = [...rows]
  while (left.length > 0) {
    const next = left.findIndex(({ needs }) =>
      needs.every((name) => !left.some(({ table }) => table === name)),
    )
    const [found] = left.splice(Math.max(0, next), 1)
    if (found) sorted.push({ table: found.table, columns: found.columns })
  }
  return sorted
}

async function refuseRows(sql: Sql): Promise<void> {
  for (const { table } of await tablesOf(sql)) {
    const { rowCount } = await sql.query(`select 1 from sluice.${table} limit 1`)
    if (rowCount !== 0) {
      throw new ConfigError('the store to restore into is not empty', {
        cure: 'name a new --data-dir, or an empty database with --database-url',
      })
    }
  }
}

/** Numbers that are counted up go on behind the largest. */
async function setSequences(sql: Sql): Promise<void> {
  const { rows } = await sql.query<{ table: string; column: string; sequence: string }>(
    `select quote_ident(c.relname) as table, quote_ident(a.attname) as column,
       pg_get_serial_sequence('sluice.' || quote_ident(c.relname), a.attname) as sequence
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = 'sluice'::regnamespace and c.relkind = 'r' and a.attidentity <> ''`,
  )
  for (const { table, column, sequence } of rows) {
    await sql.query(
      `select setval($1, coalesce((select max(${column}) from sluice.${table}), 0) + 1, false)`,
      [sequence],
    )
  }
}

/** Names of a file are not to be trusted; those we write are quoted where they must be. */
function quoted(name: string): string {
  return /^"/.test(name) ? `"${name.slice(1, -1).replaceAll('"', '""')}"` : `"${name.replaceAll('"', '""')}"`
}

function drained(stream: NodeJS.WritableStream): Promise<void> {
  return new Promise((resolve) => stream.once('drain', resolve))
}
