import type { QueryAnswer } from '../api/types.ts'
import { saveFile } from './save-file.ts'

/** Gives the rows that are shown as a CSV file (RFC 4180). */
export function csvFile({ columns, rows }: QueryAnswer, name: string): void {
  const lines = [columns.map((column) => column.name), ...rows].map((row) => row.map(cellText).join(','))
  saveFile(name, 'text/csv', `${lines.join('\r\n')}\r\n`)
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
