import type { QueryAnswer } from '../api/types.ts'

/** Gives the rows that are shown as a CSV file (RFC 4180). */
export function csvFile({ columns, rows }: QueryAnswer, name: string): void {
  const lines = [columns.map((column) => column.name), ...rows].map((row) => row.map(cellText).join(','))
  const url = URL.createObjectURL(new Blob([`${lines.join('\r\n')}\r\n`], { type: 'text/csv' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'object' ? JSON.stringify(cell) : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
