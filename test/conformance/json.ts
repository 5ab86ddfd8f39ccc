/** JSON texts that mean the same, written one way: for warehouses that keep the value and not the text. */
import type { Cell, Table } from '../../src/core/model.ts'

type Row = Record<string, Cell>

/** Rows with their JSON cells written the one way. */
export function plainRows(table: Table, rows: readonly Row[]): readonly Row[] {
  const json = table.columns.filter(({ type }) => type === 'json').map(({ name }) => name)
  return rows.map((row) => {
    const cells = json.map((name) => [name, plainJson(row[name] ?? null)] as const)
    return { ...row, ...Object.fromEntries(cells) }
  })
}

/** Keys in order and each once, numbers by their digits whatever their size, no spaces. */
export function plainJson(cell: Cell): Cell {
  if (cell === null) return null
  const ordered = (_key: string, value: unknown, context?: { readonly source?: string }): unknown => {
    if (typeof value === 'number') return { number: digits(context?.source ?? '') }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    return { object: Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) }
  }
  return JSON.stringify(JSON.parse(String(cell), ordered as (key: string, value: unknown) => unknown))
}

/** `-120.50e3` as `-1205e2`. */
function digits(number: string): string {
  const [, sign = '', whole = '', places = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(number) ?? []
  const all = `${whole}${places}`.replace(/^0+/, '')
  const short = all.replace(/0+$/, '')
  return short === ''
    ? '0'
    : `${sign}${short}e${Number(exponent) - places.length + all.length - short.length}`
}
