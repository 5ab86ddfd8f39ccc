/** Cells as SQLite keeps them, and back. */
import type { SQLInputValue, SQLOutputValue } from 'node:sqlite'
import type { Cell, ColumnType } from '../../core/model.ts'

type Value = Exclude<Cell, null>

/** Microseconds since 1970 as `2024-02-29T12:00:00.500000Z`: sorts as it should, and SQLite's own functions read it. */
export function timeText(microseconds: bigint | number): string {
  const whole = BigInt(microseconds)
  const rest = ((whole % 1_000_000n) + 1_000_000n) % 1_000_000n
  const seconds = new Date(Number((whole - rest) / 1000n)).toISOString()
  return `${seconds.slice(0, -4)}${String(rest).padStart(6, '0')}Z`
}

/** Microseconds since 1970 of such a text. */
export function microseconds(text: string): number {
  const dot = text.length - 8
  return Date.parse(`${text.slice(0, dot)}Z`) * 1000 + Number(text.slice(dot + 1, -1))
}

/** SQLite takes any value into any column: each cell's type is checked first. */
export const encode: Readonly<Record<ColumnType, (value: Value) => SQLInputValue>> = {
  text,
  json(value) {
    // Else it is found out by whoever reads it.
    JSON.parse(text(value))
    return value as string
  },
  date(value) {
    const day = new Date(`${text(value)}T00:00:00Z`)
    if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(value as string))
      throw new TypeError(`not a date: ${value}`)
    return value as string
  },
  decimal(value) {
    if (!/^-?\d{1,26}(\.\d{1,12})?$/.test(text(value)))
      throw new TypeError(`not a decimal of 26.12 digits: ${value}`)
    return value as string
  },
  integer(value) {
    if (typeof value === 'bigint') return value
    if (!Number.isSafeInteger(value)) throw new TypeError(`not an exact integer: ${String(value)}`)
    return BigInt(value as number)
  },
  float(value) {
    if (typeof value !== 'number') throw new TypeError(`not a number: ${typeof value}`)
    return value
  },
  timestamp(value) {
    if (!Number.isSafeInteger(value)) throw new TypeError(`not a timestamp in microseconds: ${String(value)}`)
    return timeText(value as number)
  },
  boolean(value) {
    if (typeof value !== 'boolean') throw new TypeError(`not a boolean: ${typeof value}`)
    return value ? 1n : 0n
  },
}

/** From what a statement gives that reads integers as `bigint`. */
export const decode: Readonly<Record<ColumnType, (value: SQLOutputValue) => Cell>> = {
  text: String,
  json: String,
  date: String,
  decimal: String,
  integer(value) {
    const small = Number(value)
    return Number.isSafeInteger(small) ? small : (value as bigint)
  },
  float: Number,
  timestamp: (value) => microseconds(String(value)),
  boolean: (value) => Number(value) === 1,
}

function text(value: Value): string {
  if (typeof value !== 'string') throw new TypeError(`not a string: ${typeof value}`)
  return value
}
