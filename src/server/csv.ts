/** An answer as comma-separated values. */
import type { QueryAnswer } from '../app/service/resources/data.ts'

/** What a spreadsheet would take for a formula. */
const formula = /^[=+\-@\t\r]/
const number = /^[+-]?[\d.]+(?:e[+-]?\d+)?$/i

export function csvOf({ columns, rows }: QueryAnswer): Response {
  const lines = [columns.map(({ name }) => name), ...rows].map((row) => row.map(cell).join(','))
  return new Response(`${lines.join('\r\n')}\r\n`, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="query.csv"',
    },
  })
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  const safe = formula.test(text) && !number.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
