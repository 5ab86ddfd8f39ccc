/** One picture of a run on a terminal: a line per table that is being read, and one for the whole. */
import { cut, grouped } from '../table.ts'
import type { ProgressView, TableProgress } from './state.ts'
import { clockTime, counted, requestsText } from './words.ts'

export interface FrameSize {
  readonly width: number
  readonly height: number
}

export type Paint = (style: 'dim' | 'bold' | 'green' | 'yellow' | 'red' | 'cyan', text: string) => string

interface Column {
  readonly text: (table: TableProgress) => string
  /** What to show instead where the terminal is too narrow, before the column is left out. */
  readonly short?: (table: TableProgress) => string
  readonly right?: true
  readonly style?: Parameters<Paint>[0]
  /** The higher, the sooner it is left out where the terminal is narrow. */
  readonly spare: number
}

const columns: readonly Column[] = [
  { text: (table) => table.table, spare: 0 },
  {
    text: (table) => bar(table.fraction, 20),
    short: (table) => bar(table.fraction, 8),
    style: 'cyan',
    spare: 5,
  },
  {
    text: (table) => (table.fraction === undefined ? '' : `${Math.floor(table.fraction * 100)}%`),
    right: true,
    spare: 2,
  },
  { text: (table) => counted(table.read, 'row'), right: true, spare: 1 },
  {
    // One that is read whole waits for the others, and its rate says nothing.
    text: (table) => (table.fraction === 1 ? '' : `${grouped(Math.round(table.rate))}/s`),
    right: true,
    spare: 3,
  },
  { text: (table) => `${grouped(table.requests)} req`, right: true, style: 'dim', spare: 6 },
  {
    text: (table) => (table.limited > 0 ? `${grouped(table.limited)} limited` : ''),
    right: true,
    style: 'yellow',
    spare: 7,
  },
  {
    text: (table) => (table.left === undefined ? '' : `${clockTime(table.left)} left`),
    right: true,
    spare: 4,
  },
]

/** Lines that fit: at most `height - 1` of them, none longer than `width` (leaving paint aside). */
export function frame(view: ProgressView, size: FrameSize, paint: Paint): readonly string[] {
  const reading = view.tables.filter((table) => table.status === 'reading')
  const room = Math.max(0, size.height - 2)
  // Where there is no room for all, those with the most to do.
  const shown =
    reading.length <= room
      ? reading
      : reading.toSorted((a, b) => (a.fraction ?? 0.5) - (b.fraction ?? 0.5)).slice(0, Math.max(0, room - 1))
  const hidden = reading.length - shown.length
  return [
    ...tableLines(shown, size.width, paint),
    ...(hidden > 0 && room > 0
      ? [paint('dim', cut(`and ${counted(hidden, 'more table')}`, size.width))]
      : []),
    paint('bold', cut(totalLine(view), size.width)),
  ]
}

/** `3 of 12 tables, 430,200 rows, 8,900/s, 4,402 requests (12 rate limited), 0:48` */
export function totalLine(view: ProgressView): string {
  const { accounts } = view
  return [
    accounts
      ? `${grouped(accounts.done)} of ${counted(accounts.all, 'account')}`
      : `${view.done} of ${counted(view.tables.length, 'table')}`,
    counted(view.read, 'row'),
    `${grouped(Math.round(view.rate))}/s`,
    requestsText(view.requests, view.limited),
    clockTime(view.elapsed),
  ].join(', ')
}

function tableLines(tables: readonly TableProgress[], width: number, paint: Paint): readonly string[] {
  let used = columns
    .map((column) => ({ column, ...filled(tables, column.text) }))
    .filter(({ wide }) => wide > 0)
  const length = () => used.reduce((sum, { wide }) => sum + wide, 2 * (used.length - 1))
  while (used.length > 1 && length() > width) {
    const most = Math.max(...used.map(({ column }) => column.spare))
    used = used.flatMap((one) => {
      const { spare, short, ...column } = one.column
      if (spare < most) return one
      return short ? { column: { ...column, spare, text: short }, ...filled(tables, short) } : []
    })
  }
  return tables.map((_, row) =>
    used
      .map(({ column, texts, wide }) => {
        const text = cut(texts[row] ?? '', width)
        const padded = column.right ? text.padStart(wide) : text.padEnd(Math.min(wide, width))
        return column.style ? paint(column.style, padded) : padded
      })
      .join('  '),
  )
}

function filled(tables: readonly TableProgress[], text: Column['text']) {
  const texts = tables.map(text)
  return { texts, wide: Math.max(0, ...texts.map((text) => text.length)) }
}

function bar(fraction: number | undefined, wide: number): string {
  if (fraction === undefined) return ''
  const full = Math.round(fraction * wide)
  return '█'.repeat(full) + '░'.repeat(wide - full)
}
