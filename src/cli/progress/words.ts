/** Numbers and states as a person reads them. */
import { grouped } from '../table.ts'
import type { TableProgress } from './state.ts'

/** 83_000 milliseconds → `1:23`; beyond an hour `1:02:03`. */
export function clockTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

export function counted(value: number, one: string): string {
  return `${grouped(Math.round(value))} ${one}${Math.round(value) === 1 ? '' : 's'}`
}

/** `1,204 requests (3 rate limited)` */
export function requestsText(requests: number, limited: number): string {
  return `${counted(requests, 'request')}${limited > 0 ? ` (${grouped(limited)} rate limited)` : ''}`
}

const failures = {
  no_permission: 'no permission',
  unavailable: 'unavailable',
  failed: 'failed',
  paused: 'paused',
} as const

/** How a table ended, on one line: `invoices: 12,345 rows, 3 deleted, 124 requests`. */
export function endLine(table: TableProgress): string {
  if (table.status === 'waiting' || table.status === 'reading') return `${table.table}: not finished`
  const parts = [counted(table.loaded, 'row')]
  if (table.deleted > 0) parts.push(`${grouped(table.deleted)} deleted`)
  if (table.requests > 0) parts.push(requestsText(table.requests, table.limited))
  if (table.status === 'ok') return `${table.table}: ${parts.join(', ')}`
  return `${table.table}: ${failures[table.status]}${table.reason ? `: ${table.reason}` : ''}`
}
