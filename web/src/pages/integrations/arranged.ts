import type { Integration } from '../../api/types.ts'
import type { Sort } from '../../ui/data-table.tsx'

export interface Filter {
  readonly text: string
  readonly state: 'any' | 'active' | 'pending' | 'paused' | 'trouble'
}

/** Those that fit, in the order that was asked for; names decide between equals. */
export function arranged(all: readonly Integration[], filter: Filter, sort: Sort): readonly Integration[] {
  const text = filter.text.trim().toLowerCase()
  const fitting = all.filter((one) => hasState(one, filter.state) && hasText(one, text))
  const sign = sort.down ? -1 : 1
  return fitting.sort(
    (a, b) => sign * compare(value(a, sort.by), value(b, sort.by)) || compare(a.name, b.name),
  )
}

function hasState(one: Integration, state: Filter['state']): boolean {
  if (state === 'any') return true
  if (state !== 'trouble') return one.status === state
  const color = one.last_run?.color
  return color === 'orange' || color === 'red' || one.last_run?.status === 'failed'
}

function hasText(one: Integration, text: string): boolean {
  if (text === '') return true
  const words = [
    one.name,
    one.description,
    one.account.name ?? '',
    one.account.id,
    one.destination?.name ?? '',
  ]
  return words.some((word) => word.toLowerCase().includes(text))
}

function value(one: Integration, by: string): string | number {
  switch (by) {
    case 'status':
      return one.status
    case 'fresh':
      return one.fresh_until ?? ''
    case 'rows':
      return one.rows_total
    case 'next':
      return one.next_run_at ?? '9'
    default:
      return one.name.toLowerCase()
  }
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
