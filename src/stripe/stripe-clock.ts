/** Stripe's clock as its answers tell it: rows are ordered, and events bounded, by it and not by what this machine believes. */
import type { RunEvent } from '../core/model.ts'
import { type Clock, systemClock } from './clock.ts'

/** `wall` is Stripe's time, and runs backwards only where an answer showed that it was wrong; the rest is this machine's. */
export interface StripeClock extends Clock {
  /** An answer said that it was then (`Date`, RFC 9110: whole seconds), at some moment of the last `took` milliseconds. */
  told(date: string | undefined, took: number): void
  /** Whether any answer has said what time it is. */
  readonly isTold: boolean
  /** Milliseconds that it is ahead of this machine's; 0 unless answers showed that the two differ. */
  readonly ahead: number
}

/** Milliseconds by which clocks that are kept right may differ; nothing depends on less. */
const tolerance = 2_000
/** After the first answer, so many must say one after the other that the time is wrong: one alone may be mistaken. */
const witnesses = 3

/** Begins with this machine's time. */
export function stripeClock(machine: Clock = systemClock): StripeClock {
  let ahead = 0
  let latest = Number.NEGATIVE_INFINITY
  let isTold = false
  let doubts = 0
  /** By the machine's `now`: only what is asked after this may be another witness. */
  let doubted = Number.NEGATIVE_INFINITY

  return {
    now: () => machine.now(),
    after: (ms, run) => machine.after(ms, run),
    wall() {
      latest = Math.max(latest, machine.wall() + ahead)
      return latest
    },
    told(date, took) {
      const second = date === undefined ? Number.NaN : Date.parse(date)
      if (Number.isNaN(second)) return
      const now = machine.wall()
      // It is ahead by so much at least, and at most.
      const [least, most] = [second - now, second + 1000 - (now - took)]
      const isRight = least - tolerance <= ahead && ahead <= most + tolerance
      const isFirst = !isTold
      isTold = true
      if (isRight) {
        doubts = 0
        return
      }
      const answered = machine.now()
      if (answered - took < doubted) return
      doubted = answered
      if (++doubts < witnesses && !isFirst) return
      doubts = 0
      ahead = Math.round((least + most) / 2)
      latest = Number.NEGATIVE_INFINITY
    },
    get isTold() {
      return isTold
    },
    get ahead() {
      return ahead
    },
  }
}

/** One clock for each address. */
export function stripeClocks(): (apiBase: string) => StripeClock {
  const clocks = new Map<string, StripeClock>()
  return (apiBase) => {
    const clock = clocks.get(apiBase) ?? stripeClock()
    clocks.set(apiBase, clock)
    return clock
  }
}

/** Worth a warning: how wrong this machine's clock is; undefined below a minute. */
export function wrongClock({ ahead }: Pick<StripeClock, 'ahead'>): string | undefined {
  const seconds = Math.round(Math.abs(ahead) / 1000)
  if (seconds < 60) return undefined
  const [size, unit] =
    seconds < 7_200 ? [60, 'minutes'] : seconds < 172_800 ? [3_600, 'hours'] : [86_400, 'days']
  return `the clock of this machine is ${Math.round(seconds / size)} ${unit} ${ahead > 0 ? 'behind' : 'ahead of'} Stripe's, which is used instead; set it right: schedules, logs and certificates go by it`
}

/** Tells whoever asks first, and nobody after, should the machine's clock be wrong. */
export function clockWarning(clock: StripeClock): (report: ((event: RunEvent) => void) | undefined) => void {
  let isTold = false
  return (report) => {
    if (isTold || !report) return
    const message = wrongClock(clock)
    if (message === undefined) return
    isTold = true
    report({ type: 'log', level: 'warn', message })
  }
}
