/** One JSON value of Stripe's becomes one cell of a column, exactly or not at all. */
import type { Cell, ColumnType } from '../core/model.ts'
import type { CatalogColumn } from './catalog.ts'
import { rawNumber } from './json.ts'

/** The cell that holds the value exactly, or undefined when the column's type cannot. Never given null. */
export type Convert = (value: unknown) => Cell | undefined

const int64 = { min: -(2n ** 63n), max: 2n ** 63n - 1n }
const wholeNumber = /^-?\d+$/
const plainDecimal = /^(-?)0*(\d{1,26}(?:\.\d{1,12})?)$/
const scientific = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,3})$/
const rfc3339 = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,6}))?(Z|[+-]\d{2}:\d{2})$/i
const day = /^\d{4}-\d{2}-\d{2}$/

const converters: { readonly [type in ColumnType]: Convert } = {
  text: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
  integer(value) {
    // Adding 0 makes the negative zero an ordinary one.
    if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined
    const digits = rawNumber(value)
    if (digits === undefined || !wholeNumber.test(digits)) return undefined
    const whole = BigInt(digits)
    return whole >= int64.min && whole <= int64.max ? whole : undefined
  },
  decimal(value) {
    if (typeof value === 'string') return decimalText(value)
    if (typeof value === 'number') return decimalText(plainDigits(String(value)))
    const digits = rawNumber(value)
    return digits === undefined ? undefined : decimalText(plainDigits(digits))
  },
  float: (value) => (typeof value === 'number' && Number.isFinite(value) ? value + 0 : undefined),
  boolean: (value) => (typeof value === 'boolean' ? value : undefined),
  timestamp(value) {
    if (typeof value === 'number') return Number.isSafeInteger(value) ? micros(value, 0) : undefined
    if (typeof value !== 'string') return undefined
    const [, seconds, fraction, zone] = rfc3339.exec(value) ?? []
    if (!seconds || !zone) return undefined
    const time = Date.parse(`${seconds}${zone}`.toUpperCase())
    // The 30th of February would quietly become the 1st of March.
    if (Number.isNaN(time) || !isDay(seconds.slice(0, 10))) return undefined
    return micros(time / 1000, Number((fraction ?? '').padEnd(6, '0')))
  },
  date: (value) => (typeof value === 'string' && day.test(value) && isDay(value) ? value : undefined),
  json: (value) => JSON.stringify(value),
}

/** How the column's values become cells. */
export function converter(column: CatalogColumn): Convert {
  const convert = converters[column.type]
  if (!column.expandable || column.type === 'json') return convert
  // An expanded object, and the stub of a deleted one, stand for their id.
  return (value) => {
    if (typeof value !== 'object') return convert(value)
    const id = (value as { readonly id?: unknown }).id
    return typeof id === 'string' ? convert(id) : undefined
  }
}

/** What the column shows of a value that it cannot hold exactly: the text mended, the float rounded, else nothing. */
export function nearest(type: ColumnType, value: unknown): Cell {
  if (type === 'text' && typeof value === 'string') return value.toWellFormed()
  if (type !== 'float') return null
  const rounded = Number(rawNumber(value))
  return Number.isFinite(rounded) ? rounded : null
}

function decimalText(text: string | undefined): string | undefined {
  const [, sign, digits] = (text !== undefined && plainDecimal.exec(text)) || []
  return digits === undefined ? undefined : `${sign}${digits}`
}

/** `1.5e-7` as `0.00000015`; other texts as they are. */
function plainDigits(text: string): string | undefined {
  const [, sign = '', whole, fraction = '', exponent] = scientific.exec(text) ?? []
  if (whole === undefined) return text
  const digits = whole + fraction
  const point = whole.length + Number(exponent)
  // Further out than any decimal column reaches.
  if (point > 40 || digits.length - point > 40) return undefined
  const padded = digits.padStart(digits.length + Math.max(0, 1 - point), '0').padEnd(Math.max(point, 0), '0')
  const at = Math.max(point, 1)
  const rest = padded.slice(at).replace(/0+$/, '')
  return `${sign}${padded.slice(0, at)}${rest && `.${rest}`}`
}

function micros(seconds: number, fraction: number): number | undefined {
  const value = seconds * 1_000_000 + fraction
  return Number.isSafeInteger(value) ? value + 0 : undefined
}

function isDay(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text)
}
