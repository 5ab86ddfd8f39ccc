import type { AlertEvent, Rule } from '../../api/types.ts'
import { counted } from '../../ui/format.ts'

/** What can be told, in the order in which it matters. */
export const events = [
  { value: 'run_failed', label: 'A run failed', about: 'Told again when one has succeeded' },
  { value: 'table_unreadable', label: "A table can't be read", about: 'Told again when it can' },
  { value: 'stale', label: 'Data is too old', about: 'Told again when no table is' },
  {
    value: 'verification_failed',
    label: 'A verification found differences',
    about: 'Or came to no end; told again when one does not',
  },
  {
    value: 'incident',
    label: 'A run came upon something',
    about: 'A gap that was healed, an account that refused',
  },
  {
    value: 'schema_changed',
    label: 'The schema changed',
    about: 'New columns, fields the catalog does not know',
  },
] as const satisfies readonly { readonly value: AlertEvent; readonly label: string; readonly about: string }[]

export function eventText(event: AlertEvent, hours: Rule['hours']): string {
  const label = events.find(({ value }) => value === event)?.label ?? event
  return event === 'stale' && hours !== null ? `${label}: more than ${counted(hours, 'hour')}` : label
}
