/** Pieces of SQL about the columns of a table `t` and of what is staged for it, `s`. */
import type { Column, Table } from '../../core/model.ts'
import { columnName, types } from './dialect.ts'

/** `t."id" = s."id" and …` over the table's key. */
export function keysEqual(table: Table): string {
  return table.key
    .map((name) => {
      const column = columnName(name)
      return `t.${column} = ${types[columnOf(table, name).type].convert(`s.${column}`)}`
    })
    .join(' and ')
}

/** A staged column as the warehouse's. */
export function converted(column: Column): string {
  const name = columnName(column.name)
  return `${types[column.type].convert(`s.${name}`)} as ${name}`
}

export function columnOf(table: Table, name: string): Column {
  const column = table.columns.find((candidate) => candidate.name === name)
  if (!column) throw new Error(`table ${table.name} has no column ${name}`)
  return column
}

/** A time in microseconds, given as SQL of an integer. */
export const timestamp = (microseconds: string | number): string =>
  `make_timestamptz((${microseconds})::bigint)`
