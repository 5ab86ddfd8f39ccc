/**
 * Rows straight into their table, where it has none of them: as in a first run, whose rows are new. It spares the
 * temporary table, the sort and the look for each row's key that a merge takes, half of the server's work. That they
 * are new is guessed from a few of them, and proven by the table's key: where the guess was wrong, nothing is kept of
 * it and the rows are merged. docs/decisions/0012-postgres.md
 */
import type { Batch, Cell, Row, Table } from '../../core/model.ts'
import { keyPositions } from '../../core/schema.ts'
import { physicalName } from '../naming.ts'
import { columnName, tableName } from '../sql/columns.ts'
import type { Transaction } from './connection.ts'
import { dialect, names, types } from './dialect.ts'
import { codeOf, mayPass } from './errors.ts'
import { escapeText } from './escape.ts'
import { copy, type Given, present } from './stage.ts'

/** Copies a batch's upserts, and says whether it did: none is there where it did not. */
export type Straight = (transaction: Transaction, integration: string, batch: Batch) => Promise<boolean>

/** How many rows are looked for before; one that is known of twenty is found in four of five loads. */
const looked = 32
/** After a wrong guess so many loads of the table are merged, twice as many after each further one. */
const mostMerged = 64

export function straight(): Straight {
  /** By table: loads that are still to be merged, and how many after the next wrong guess. */
  const wrong = new Map<string, { left: number; next: number }>()

  return async (transaction, integration, { table, merge, upserts }) => {
    if (upserts.length === 0 || merge === 'history') return false
    const waits = wrong.get(table.name)
    if (waits && waits.left-- > 0) return false
    const target = tableName(dialect, integration, table)
    const given = present(table.columns, upserts, ['_version', '_synced_at', ...table.key])
    if (!(await seemNew(transaction, target, table, upserts))) return false
    if (!(await holds(transaction, target, given))) return false
    await transaction.run('savepoint straight')
    try {
      await copy(transaction, target, given, upserts)
      await transaction.run('release savepoint straight')
      wrong.delete(table.name)
      return true
    } catch (error) {
      // Whatever else the server has against it, the merge meets or does without.
      if (!/^[0-9A-Z]{5}$/.test(codeOf(error) ?? '') || mayPass(error)) throw error
      await transaction.run('rollback to savepoint straight')
      const next = Math.min(waits?.next ?? 1, mostMerged)
      wrong.set(table.name, { left: next, next: next * 2 })
      return false
    }
  }
}

/** Whether the table has none of some rows of these, spread over all. False for keys that cannot be asked for as text. */
async function seemNew(
  { rows }: Transaction,
  target: string,
  table: Table,
  upserts: readonly Row[],
): Promise<boolean> {
  const isAsked = (name: string) =>
    table.columns.some((column) => column.name === name && ['text', 'integer'].includes(column.type))
  if (!table.key.every(isAsked)) return false
  const positions = keyPositions(table)
  const step = Math.max(1, Math.floor(upserts.length / looked))
  const some = upserts.filter((_, at) => at % step === 0).slice(0, looked)
  const values = some.flatMap((row) => positions.map((position) => asked(row[position] ?? null)))
  const key = table.key.map((name) => columnName(dialect, name))
  const list = some.map((_, at) => `(${key.map((_, part) => `$${at * key.length + part + 1}`).join(', ')})`)
  const found = await rows(
    `select 1 from ${target} where (${key.join(', ')}) in (${list.join(', ')}) limit 1`,
    values,
  )
  return found.length === 0
}

const asked = (cell: Cell) => escapeText(String(cell))

/** Whether its columns are of our types: what comes in binary is read as what the column is, and may be read wrongly. */
async function holds({ rows }: Transaction, target: string, given: readonly Given[]): Promise<boolean> {
  const found = await rows(
    `select attname, format_type(atttypid, atttypmod) from pg_attribute
       where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
    [target],
  )
  const there = new Map(found.map(([name, type]) => [String(name), String(type)]))
  return given.every(({ column }) => there.get(physicalName(column.name, names)) === types[column.type].sql)
}
