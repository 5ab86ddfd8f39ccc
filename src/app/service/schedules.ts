/** When an integration runs next. */
import { createHash } from 'node:crypto'
import { CronExpressionParser } from 'cron-parser'
import { ConfigError } from '../../core/errors.ts'
import type { Schedule } from './resources/schedule.ts'

const minute = 60_000

/** The longest jitter: of an interval a tenth, but never more than this; of cron always the other. */
const longestJitter = 5 * minute
const cronJitter = 30_000

export interface Scheduled {
  readonly id: string
  readonly schedule: Schedule
  /** Milliseconds since 1970. `every` counts from here, so that integrations spread by themselves. */
  readonly created: number
}

/** The first time after `now` (milliseconds since 1970) at which it is due; undefined when only a person starts it. */
export function nextRun({ id, schedule, created }: Scheduled, now: number): number | undefined {
  if (schedule.kind === 'manual') return undefined
  if (schedule.kind === 'every') {
    const interval = schedule.minutes * minute
    const base = created + jitter(id, Math.min(interval / 10, longestJitter))
    return base + Math.max(1, Math.floor((now - base) / interval) + 1) * interval
  }
  const offset = jitter(id, cronJitter)
  return (
    parsed(schedule, now - offset)
      .next()
      .getTime() + offset
  )
}

/** The same, as the store has it. */
export function nextDate(scheduled: Scheduled, now: number): Date | null {
  const next = nextRun(scheduled, now)
  return next === undefined ? null : new Date(next)
}

/** Throws `ConfigError` for an expression or a time zone that is none, or that comes more often than it may. */
export function checkSchedule(schedule: Schedule, now: number): void {
  if (schedule.kind !== 'cron') return
  if (schedule.expression.trim().split(/\s+/).length !== 5) {
    throw new ConfigError(`"${schedule.expression}" does not have five fields`, {
      cure: 'write minute, hour, day, month and day of the week: 0 3 * * *',
    })
  }
  const times = (() => {
    try {
      const expression = parsed(schedule, now)
      return Array.from({ length: 10 }, () => expression.next().getTime())
    } catch (cause) {
      throw new ConfigError(cause instanceof Error ? cause.message : String(cause), {
        cure: 'write five fields, such as 0 3 * * *, and a time zone such as Europe/Berlin',
        cause,
      })
    }
  })()
  const shortest = Math.min(...times.slice(1).map((time, index) => time - (times[index] ?? time)))
  if (shortest < 5 * minute) {
    throw new ConfigError(`"${schedule.expression}" comes more often than every 5 minutes`, {
      cure: 'write */5 * * * * at most',
    })
  }
}

/** For people: `every 24 hours`, `0 3 * * * in Europe/Berlin`. */
export function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'manual') return 'when it is asked to'
  if (schedule.kind === 'cron') return `${schedule.expression} in ${schedule.time_zone}`
  const { minutes } = schedule
  const [count, unit] =
    minutes % 1_440 === 0 && minutes > 1_440
      ? [minutes / 1_440, 'days']
      : minutes % 60 === 0
        ? [minutes / 60, 'hours']
        : [minutes, 'minutes']
  return count === 1 ? 'every hour' : `every ${count} ${unit}`
}

/** Occurrences that are looked at for the longest gap: of the densest schedule, a week and a day. */
const densest = (8 * 24 * 60) / 5
const gaps = new Map<string, number>()

/** The longest time between two runs that a schedule has, in milliseconds; undefined when only a person starts it. */
export function longestGap(schedule: Schedule, now: number): number | undefined {
  if (schedule.kind === 'manual') return undefined
  if (schedule.kind === 'every') return schedule.minutes * minute
  const name = `${schedule.expression} ${schedule.time_zone}`
  const known = gaps.get(name)
  if (known !== undefined) return known
  const expression = parsed(schedule, now)
  let [longest, last] = [0, expression.next().getTime()]
  const end = last + 8 * 24 * 60 * minute
  for (let looked = 0; looked < densest && (last < end || looked < 2); looked++) {
    const next = expression.next().getTime()
    longest = Math.max(longest, next - last)
    last = next
  }
  // It takes a quarter of a second for the densest ones, and is asked for again and again.
  if (gaps.size > 1_000) gaps.clear()
  gaps.set(name, longest)
  return longest
}

function parsed({ expression, time_zone }: Extract<Schedule, { kind: 'cron' }>, from: number) {
  try {
    new Intl.DateTimeFormat('en', { timeZone: time_zone })
  } catch (cause) {
    throw new ConfigError(`there is no time zone ${time_zone}`, { cure: 'write Europe/Berlin', cause })
  }
  return CronExpressionParser.parse(expression, { tz: time_zone, currentDate: new Date(from) })
}

/** Always the same for an id, spread over what is allowed. Milliseconds. */
function jitter(id: string, most: number): number {
  return createHash('sha256').update(id).digest().readUInt32BE() % Math.max(1, Math.floor(most))
}
