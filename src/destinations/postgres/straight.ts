/**
 * A batch's rows straight into their table by COPY, where the older rows of their keys were taken away before. It spares
 * the temporary table, the sort, and what `on conflict` does for each row: a third of the server's work, and half of it
 * where nothing was there. docs/decisions/0012-postgres.md
 */
import type { Cell, Table } from '../../core/model.ts'
import { keyPositions } from '../../core/schema.ts'
import { physicalName } from '../naming.ts'
import { columnName, columnOf, tableName } from '../sql/columns.ts'
import { begun } from './ahead.ts'
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
        const looking = late()
        const all = await begun(sending.chunks(), looking)
        const without = await looking
        const left = sending.length - (without?.size ?? 0)
        if (left > 0) await copy(transaction, target, sending.given, without ? sending.chunks(without) : all)
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

/**
 * `k` and `same`: the keys of the rows at some places with their version, and in `k` their number, beside `t`: the row that
 * is there. What is the same in all of them, as the account is, is said once: a list takes its time here and there.
 */
function beside(target: string, table: Table, sending: Sending, places: readonly number[]) {
  const positions = [...keyPositions(table), table.columns.findIndex(({ name }) => name === '_version')]
  const asked = positions.map((position, at) => {
    const cells = places.map((place) => sending.cell(place, position))
    // Of the key's last part there is always a list, for the numbers.
    const isSame = at !== table.key.length - 1 && cells.every((cell) => cell === cells[0])
    const name = at < table.key.length ? `key_${at}` : 'version'
    const type = types[columnOf(table, table.columns[position]?.name ?? '').type].sql
    const [value, list] = isSame ? [said(cells[0] ?? null), ''] : [listed(cells), '[]']
    return { isSame, name, value, given: `$${at + 1}::${type}${list}`, from: isSame ? 'same' : 'k' }
  })
  const same = asked.filter(({ isSame }) => isSame).map(({ given, name }) => `${given} as ${name}`)
  const lists = asked.filter(({ isSame }) => !isSame)
  const matches = table.key.map(
    (name, at) => `own.${columnName(dialect, name)} = ${asked[at]?.from}.key_${at}`,
  )
  return {
    // With a limit the planner can but look for one key after the other, by the table's own.
    from: `(select ${same.join(', ')}) as same,
      unnest(${lists.map(({ given }) => given).join(', ')}) with ordinality
        as k(${[...lists.map(({ name }) => name), 'number'].join(', ')}),
      lateral (select own.ctid, own._version from ${target} own where ${matches.join(' and ')} limit 1) as t`,
    version: `${asked.at(-1)?.from}.version`,
    values: asked.map(({ value }) => value),
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
  const { from, version, values } = beside(target, table, sending, places)
  const newer = await rows(
    `with known as materialized (
       select t.ctid as place, k.number, t._version <= ${version} as older from ${from}),
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

const said = (cell: Cell): string => (typeof cell === 'string' ? escapeText(cell) : String(cell))

/** Cells as the text of an array. */
function listed(cells: readonly Cell[]): string {
  if (typeof cells[0] !== 'string') return `{${cells.join(',')}}`
  // Ids need no escape: all of them are looked through at once, in a tenth of the time.
  const all = cells.join('')
  if (!/["\\]/.test(all) && escapeText(all) === all) return `{"${cells.join('","')}"}`
  return `{${cells.map((cell) => `"${said(cell).replace(/["\\]/g, '\\$&')}"`).join(',')}}`
}
