/**
 * A batch's rows straight into their table by COPY, where the older rows of their keys were taken away before. It spares
 * the temporary table, the sort, and what `on conflict` does for each row: a third of the server's work, and half of it
 * where nothing was there. docs/decisions/0012-postgres.md
 */
import type { Cell, Table } from '../../core/model.ts'
import { keyPositions } from '../../core/schema.ts'
import { physicalName } from '../naming.ts'
import { columnName, columnOf, tableName } from '../sql/columns.ts'
import type { Transaction } from './connection.ts'
import { dialect, names, types } from './dialect.ts'
import { codeOf, mayPass } from './errors.ts'
import { escapeText } from './escape.ts'
import { copy, type Given, type Sending } from './stage.ts'

/**
 * Puts rows into their table by newer wins, and says how many it wrote; undefined where they must be merged in another way,
 * and nothing was done.
 */
export type Straight = (
  transaction: Transaction,
  integration: string,
  table: Table,
  sending: Sending,
) => Promise<number | undefined>

/** How many rows are looked for before it is taken that a table has none of a batch's, as in a first run. */
const some = 32
/** After a wrong guess none is made for so many loads of the table, twice as many after each further one. */
const longest = 64

export function straight(): Straight {
  /** By table: loads without a guess that are left, and how many after the next wrong one. */
  const wrong = new Map<string, { left: number; next: number }>()

  return async (transaction, integration, table, sending) => {
    if (sending.length === 0 || !table.key.every(isAskedFor(table))) return undefined
    const target = tableName(dialect, integration, table)
    const put = async (late: () => Promise<ReadonlySet<number> | undefined>): Promise<number | undefined> => {
      await transaction.run('savepoint straight')
      try {
        const without = await late()
        const left = sending.length - (without?.size ?? 0)
        if (left > 0) await copy(transaction, target, sending, without)
        await transaction.run('release savepoint straight')
        return left
      } catch (error) {
        // Most often a key that was there after all. Whatever it was, the next way meets it too, or does without.
        if (!/^[0-9A-Z]{5}$/.test(codeOf(error) ?? '') || mayPass(error)) throw error
        await transaction.run('rollback to savepoint straight')
        return undefined
      }
    }

    const seemNew = (await countKnown(transaction, target, table, sending)) === 0
    if (!(await isPlain(transaction, target, sending.given))) return undefined
    const waits = wrong.get(table.name)
    if (seemNew && !(waits && waits.left-- > 0)) {
      const written = await put(async () => undefined)
      if (written !== undefined) {
        wrong.delete(table.name)
        return written
      }
      const next = waits?.next ?? 1
      wrong.set(table.name, { left: next, next: Math.min(longest, next * 2) })
    }
    return put(() => replaced(transaction, target, table, sending))
  }
}

const isAskedFor = (table: Table) => (name: string) =>
  ['text', 'integer'].includes(columnOf(table, name).type)

/** `k`: the keys of the rows at some places, with their version and number, beside `t`: the row that is there. */
function beside(target: string, table: Table, sending: Sending, places: readonly number[]) {
  const key = table.key.map((name) => columnName(dialect, name))
  const version = table.columns.findIndex(({ name }) => name === '_version')
  const lists = [
    ...table.key.map((name) => `${types[columnOf(table, name).type].sql}[]`),
    `${types.integer.sql}[]`,
  ].map((type, at) => `$${at + 1}::${type}`)
  const same = key.map((name, at) => `own.${name} = k.key_${at}`).join(' and ')
  return {
    // With a limit the planner can but look for one key after the other, by the table's own.
    from: `unnest(${lists.join(', ')}) with ordinality
        as k(${key.map((_, at) => `key_${at}`).join(', ')}, version, number),
      lateral (select own.ctid, own._version from ${target} own where ${same} limit 1) as t`,
    values: [...keyPositions(table), version].map(
      (position) => `{${places.map((at) => listed(sending.cell(at, position))).join(',')}}`,
    ),
  }
}

/** How many of some rows, spread over all, are there. */
async function countKnown(
  { rows }: Transaction,
  target: string,
  table: Table,
  sending: Sending,
): Promise<number> {
  const step = Math.max(1, Math.floor(sending.length / some))
  const places = Array.from({ length: Math.min(some, sending.length) }, (_, at) => at * step)
  const { from, values } = beside(target, table, sending, places)
  const [found] = await rows(`select count(*) from ${from}`, values)
  return Number(found?.[0])
}

/** Takes the rows away that these replace, and gives the places of those of which a newer one is there. */
async function replaced(
  { rows }: Transaction,
  target: string,
  table: Table,
  sending: Sending,
): Promise<ReadonlySet<number> | undefined> {
  const places = Array.from({ length: sending.length }, (_, at) => at)
  const { from, values } = beside(target, table, sending, places)
  const newer = await rows(
    `with known as materialized (
       select t.ctid as place, k.number, t._version <= k.version as older from ${from}),
     gone as (delete from ${target} where ctid = any(array(select place from known where older)))
     select number from known where not older`,
    values,
  )
  return newer.length === 0 ? undefined : new Set(newer.map(([number]) => Number(number) - 1))
}

/**
 * Whether the table is as we made it: its columns of our types, for what comes in binary is read as what the column is;
 * and without another's foreign keys, triggers and rules, to which a row that is replaced must not look deleted.
 */
async function isPlain({ rows }: Transaction, target: string, given: readonly Given[]): Promise<boolean> {
  const found = await rows(
    `select a.attname, format_type(a.atttypid, a.atttypmod)
       from pg_attribute a join pg_class c on c.oid = a.attrelid
       where c.oid = to_regclass($1) and a.attnum > 0 and not a.attisdropped
         and c.relkind = 'r' and not c.relhastriggers and not c.relhasrules`,
    [target],
  )
  const there = new Map(found.map(([name, type]) => [String(name), String(type)]))
  return given.every(({ column }) => there.get(physicalName(column.name, names)) === types[column.type].sql)
}

/** A cell in the text of an array. */
function listed(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell)
  const text = escapeText(cell)
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}
