/** Whether two rows say the same, as one short text. */
import { hash } from 'node:crypto'
import type { Cell, Column, Row } from './model.ts'

/**
 * 32 hex digits over the cells that are not null, with their columns' names: a column that is new, or gone, and
 * empty changes nothing, nor does the order of columns. JSON counts by value: spaces and the order of an
 * object's keys do not matter. It is kept in warehouses: to change it opens a new interval for every object.
 */
export function contentHash(columns: readonly Column[], row: Row): string {
  const cells: string[] = []
  for (const [position, column] of columns.entries()) {
    const cell = row[position] ?? null
    if (cell !== null) cells.push(`${column.name}\u0000${spelled(column, cell)}\u0000`)
  }
  return hash('sha256', cells.sort().join('\u0001'), 'hex').slice(0, 32)
}

function spelled(column: Column, cell: Exclude<Cell, null>): string {
  if (column.type !== 'json') return String(cell)
  const text = String(cell)
  // Most JSON is an id, a number or empty.
  return /[{[]/.test(text) ? JSON.stringify(inOrder(parsed(text))) : text
}

/** Numbers as they are written, for some are beyond what a number holds; told apart from strings by their mark. */
const marked = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === 'number' ? `#${context?.source}` : typeof value === 'string' ? `"${value}` : value

const parsed = (text: string): unknown => JSON.parse(text, marked as (key: string, value: unknown) => unknown)

function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return { entries: entries.map(([key, inner]) => [key, inOrder(inner)]) }
}
