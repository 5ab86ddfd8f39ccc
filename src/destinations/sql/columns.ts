/** Pieces of SQL about the columns of a table `t` and of what is staged for it, `s`. */
import type { Column, Table } from '../../core/model.ts'
import { physicalName, quoted } from '../naming.ts'
import type { Dialect } from './dialect.ts'

export function columnName({ names }: Pick<Dialect, 'names'>, name: string): string {
  return quoted(physicalName(name, names))
}

/** `warehouse."acme"."invoices"` */
export function tableName(dialect: Dialect, integration: string, table: Pick<Table, 'name'>): string {
  return dialect.table(integration, physicalName(table.name, dialect.names))
}

/** A name as the warehouse compares it. */
export function folded({ names }: Pick<Dialect, 'names'>, name: string): string {
  return names.fold(physicalName(name, names))
}

/** `t."id" = s."id" and …` over the table's key. */
export function keysEqual(dialect: Dialect, table: Table): string {
  return table.key
    .map((name) => `t.${columnName(dialect, name)} = ${converted(dialect, columnOf(table, name))}`)
    .join(' and ')
}

/** A staged column as the warehouse's. */
export function converted(dialect: Dialect, column: Column): string {
  return dialect.types[column.type].convert(`s.${columnName(dialect, column.name)}`)
}

export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (!column) throw new Error(`table ${table.name} has no column ${name}`)
  return column
}

/** What goes into one column of an insert. */
export type Value = readonly [column: string, sql: string]

/** `insert into … (columns) select values` and what follows, from `from` on. */
export function insertInto(dialect: Dialect, target: string, values: readonly Value[], rest: string): string {
  const names = values.map(([column]) => columnName(dialect, column))
  return `insert into ${target} (${names.join(', ')}) select ${values.map(([, sql]) => sql).join(', ')} ${rest}`
}

/** The staged columns with their values. */
export function stagedValues(dialect: Dialect, columns: readonly Column[]): readonly Value[] {
  return columns.map((column) => [column.name, converted(dialect, column)])
}

/** Deletes the rows of `from` (a table `as` something) for which `beside` has one that fits `where`. */
export function deleteBeside(
  { deletes }: Pick<Dialect, 'deletes'>,
  from: string,
  beside: string,
  where: string,
): string {
  return deletes === 'using'
    ? `delete from ${from} using ${beside} where ${where}`
    : `delete from ${from} where exists (select 1 from ${beside} where ${where})`
}

/** A text as SQL. Throws a `TypeError` for one that not every warehouse writes the same way. */
export function textLiteral(text: string): string {
  if (/[\0\\]/.test(text)) throw new TypeError(`not a plain text: ${JSON.stringify(text)}`)
  return `'${text.replaceAll("'", "''")}'`
}

/** Whether a row, called `of`, is the account's. */
export function isOfAccount(dialect: Pick<Dialect, 'names'>, of: string, account: string): string {
  return `${of}.${columnName(dialect, '_account_id')} = ${textLiteral(account)}`
}

/** An integer as SQL. Throws a `TypeError` for what is none, or not exact. */
export function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`)
  return String(value)
}
