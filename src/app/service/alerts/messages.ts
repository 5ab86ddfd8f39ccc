/** What alerts say: names of integrations and tables, reasons, cures. No keys, and nothing of the customers. */
import { redact } from '../../redact.ts'
import type { AlertMessage } from '../resources/alert.ts'

export type Said = Pick<AlertMessage, 'state' | 'title' | 'details'>

/** Lines of one message; what is more is counted. */
const most = 20

export function said(state: Said['state'], title: string, details: readonly string[] = []): Said {
  const shown = details.length > most ? details.slice(0, most - 1) : details
  const more = details.length - shown.length
  return {
    state,
    title: clean(title),
    details: [...shown.map(clean), ...(more > 0 ? [`and ${more} more`] : [])],
  }
}

export function staleSince(name: string, fresh: Date, hours: number): Said {
  return said('began', `${name} is older than ${hours} ${hours === 1 ? 'hour' : 'hours'}`, [
    `What happened in Stripe after ${minute(fresh)} may not be in the warehouse.`,
  ])
}

export function freshAgain(name: string, fresh: Date): Said {
  return said('ended', `${name} is fresh again`, [
    `What happened in Stripe until ${minute(fresh)} is in the warehouse.`,
  ])
}

export const minute = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`

const mail = /[\w.+-]+@[\w-]+(\.[\w-]+)+/g
/** What a warehouse quotes from a row that it refuses: `Key (email)=(…)`, `invalid input syntax for type integer: "…"`. */
const quoted = /(=\s*\()[^)]*\)|(:\s*)"[^"]*"/g
const longest = 300

/** One line without keys, addresses or values. */
function clean(text: string): string {
  const plain = redact(text)
    .replace(mail, '[e-mail]')
    .replace(quoted, (_, equals?: string, colon?: string) => (equals ? `${equals}…)` : `${colon}"…"`))
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
  return plain.length <= longest ? plain : `${plain.slice(0, longest - 1)}…`
}
