/** How far back to read, as a person says it. */
import { ConfigError } from '../core/errors.ts'

const span = /^(\d{1,4})(d|w|mo|y)$/
const day = /^(\d{4})-(\d{2})-(\d{2})$/
const moment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

/** Milliseconds since 1970 of `span` (`90d`, `6w`, `18mo`, `2y`) before `now`, by the calendar in UTC. Throws `ConfigError`. */
export function historyStart(text: string, now: number): number {
  const [, digits, unit] = span.exec(text.trim()) ?? []
  const count = Number(digits)
  if (!digits || count === 0) {
    throw new ConfigError(`the history "${text}" is not a span of time`, {
      cure: 'write 2y, 18mo, 6w or 90d',
      option: '--history',
    })
  }
  const date = new Date(now)
  if (unit === 'd') date.setUTCDate(date.getUTCDate() - count)
  if (unit === 'w') date.setUTCDate(date.getUTCDate() - 7 * count)
  if (unit === 'mo' || unit === 'y') {
    const dayOfMonth = date.getUTCDate()
    date.setUTCMonth(date.getUTCMonth() - count * (unit === 'y' ? 12 : 1))
    // The 31st of a month that has none runs over into the next one: take the last day instead.
    if (date.getUTCDate() !== dayOfMonth) date.setUTCDate(0)
  }
  return Math.max(0, date.getTime())
}

/** Milliseconds since 1970 of a day (its start in UTC) or of a moment with its zone. Throws `ConfigError`. */
export function sinceStart(text: string, now: number): number {
  const trimmed = text.trim()
  const [, year, month, date] = day.exec(trimmed) ?? []
  const time = year
    ? Date.UTC(Number(year), Number(month) - 1, Number(date))
    : moment.test(trimmed)
      ? Date.parse(trimmed)
      : Number.NaN
  // 2024-02-30 would quietly become the 1st of March.
  const exists = !year || (!Number.isNaN(time) && new Date(time).toISOString().startsWith(trimmed))
  if (Number.isNaN(time) || !exists) {
    throw new ConfigError(`"${text}" is not a date`, {
      cure: 'write a day that exists, such as 2024-01-01',
      option: '--since',
    })
  }
  if (time > now) {
    throw new ConfigError(`${trimmed} lies in the future`, {
      cure: 'choose a day that is over',
      option: '--since',
    })
  }
  return Math.max(0, time)
}

/** What `history` says: from when on is read, null for `all`. A span is counted back from `now`. Throws `ConfigError`. */
export function historyOf(history: string, now: number): Date | null {
  const text = history.trim()
  if (text === 'all') return null
  return new Date(/^\d{4}-/.test(text) ? sinceStart(text, now) : historyStart(text, now))
}
