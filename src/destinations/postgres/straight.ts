/**
 * A batch's rows straight into their table by COPY, where the older rows of their keys were taken away before. It spares
 * the temporary table, the sort, and what `on conflict` does for each row: a third of the server's work, and half of it
 * where nothing was there. docs/decisions/0012-postgres.md
 */
import type { Batch, Cell, Row, Table } from '../../core/model.ts'
import { keyPositions } from '../../core/schema.ts'
import { physicalName } from '../naming.ts'
import { columnName, columnOf, tableName } from '../sql/columns.ts'
import type { Transaction } from './connection.ts'
import { dialect, names, types } from './dialect.ts'
import { codeOf, mayPass } from './errors.ts'
import { escapeText } from './escape.ts'
import { copy, type Given, present } from './stage.ts'

/**
 * Puts the upserts of a batch into their table by newer wins, and says how many it wrote; undefined where they must be
 * merged in another way, and nothing was done.
 */
export type Straight = (
  transaction: Transaction,
  integration: string,
  batch: Batch,
) => Promise<number | undefined>

/** How many rows are looked for before it is taken that a table has none of a batch's, as in a first run. */
const some = 32
/** After a wrong guess none is made for so many loads of the table, twice as many after each further one. */
const longest = 64

export function straight(): Straight {
  /** By table: loads without a guess that are left, and how many after the next wrong one. */
  const wrong = new Map<string, { left: number; next: number }>()

  return async (transaction, integration, { table, merge, upserts }) => {
    if (upserts.length === 0 || merge === 'history' || !table.key.every(isAskedFor(table))) return undefined
    const target = tableName(dialect, integration, table)
    const given = present(table.columns, upserts, ['_version', '_synced_at', ...table.key])
    const put = async (rows: () => Promise<readonly Row[]>): Promise<number | undefined> => {
      await transaction.run('savepoint straight')
      try {
        const left = await rows()
        if (left.length > 0) await copy(transaction, target, given, left)
        await transaction.run('release savepoint straight')
        return left.length
      } catch (error) {
        // Most often a key that was there after all. Whatever it was, the next way meets it too, or does without.
        if (!/^[0-9A-Z]{5}$/.test(codeOf(error) ?? '') || mayPass(error)) throw error
        await transaction.run('rollback to savepoint straight')
        return undefined
      }
    }

    const step = Math.max(1, Math.floor(upserts.length / some))
    const looked = upserts.filter((_, at) => at % step === 0).slice(0, some)
    const seemNew = (await countKnown(transaction, target, table, looked)) === 0
    if (!(await isPlain(transaction, target, given))) return undefined
    const waits = wrong.get(table.name)
    if (seemNew && !(waits && waits.left-- > 0)) {
      const written = await put(async () => upserts)
      if (written !== undefined) {
        wrong.delete(table.name)
        return written
      }
      const next = waits?.next ?? 1
      wrong.set(table.name, { left: next, next: Math.min(longest, next * 2) })
    }
    return put(() => replaced(transaction, target, table, upserts))
  }
}

const isAskedFor = (table: Table) => (name: string) =>
  ['text', 'integer'].includes(columnOf(table, name).type)

/** `k`: the keys of rows with their version and number, beside `t`: the row that is there. */
function beside(target: string, table: Table, rows: readonly Row[]) {
  const key = table.key.map((name) => columnName(dialect, name))
  const positions = keyPositions(table)
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
    values: [...positions, version].map((position) => listText(rows, position)),
  }
}

async function countKnown(
  { rows }: Transaction,
  target: string,
  table: Table,
  of: readonly Row[],
): Promise<number> {
  const { from, values } = beside(target, table, of)
  const [found] = await rows(`select count(*) from ${from}`, values)
  return Number(found?.[0])
}

/** Takes the rows away that these replace, and leaves out those of which a newer one is there. */
async function replaced(
  { rows }: Transaction,
  target: string,
  table: Table,
  upserts: readonly Row[],
): Promise<readonly Row[]> {
  const { from, values } = beside(target, table, upserts)
  const newer = await rows(
    `with known as materialized (
       select t.ctid as place, k.number, t._version <= k.version as older from ${from}),
     gone as (delete from ${target} where ctid = any(array(select place from known where older)))
     select number from known where not older`,
    values,
  )
  if (newer.length === 0) return upserts
  const late = new Set(newer.map(([number]) => Number(number)))
  return upserts.filter((_, at) => !late.has(at + 1))
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

/** One column of rows as the text of an array. */
function listText(rows: readonly Row[], position: number): string {
  return `{${rows.map((row) => listed(row[position] ?? null)).join(',')}}`
}

function listed(cell: Cell): string {
  if (typeof cell !== 'string') return String(cell)
  const text = escapeText(cell)
  return `"${/["\\]/.test(text) ? text.replace(/["\\]/g, '\\$&') : text}"`
}
