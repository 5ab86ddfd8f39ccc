/**
 * The world's time. Subscriptions renew on the same day of each month, so a month is taken as 28 days
 * (the days 29 to 31 have no renewals): `y` counts seconds of such months, and grows with real time.
 */
export const MONTH = 28 * 86_400

export interface Calendar {
  /** Months of history. */
  readonly cycles: number
  /** Unix seconds of the last moment; nothing is created after it. */
  readonly end: number
  /** Unix seconds at `cycle` (0 is the first; fractions and cycles in the future are fine), to the second. */
  at(cycle: number): number
}

/** `end`: unix seconds; history lasts `cycles` months up to it. Times are known 14 months beyond. */
export function calendar(end: number, cycles: number): Calendar {
  const last = new Date(end * 1000)
  const months: number[] = []
  for (let i = -cycles - 1; i <= 14; i++) {
    months.push(Date.UTC(last.getUTCFullYear(), last.getUTCMonth() + i) / 1000)
  }
  const thisMonth = months[cycles + 1] ?? 0
  const origin = (cycles + 1) * MONTH + Math.min(end - thisMonth, MONTH - 1) - cycles * MONTH
  return {
    cycles,
    end,
    at(cycle) {
      const y = origin + cycle * MONTH
      const month = Math.floor(y / MONTH)
      return (months[month] ?? 0) + Math.floor(y - month * MONTH)
    },
  }
}

const WEEK = 7 * 86_400
/** 1970-01-05 was a Monday. */
const MONDAY = 4 * 86_400

/**
 * People sign up on working days: pulls an even flow of times back towards Friday, by at most 29 hours.
 * Order is kept.
 */
export function workdays(time: number): number {
  const inWeek = (time - MONDAY) % WEEK
  const x = inWeek / 86_400
  const moved = x < 6.2 ? (x * 5) / 6.2 : 5 + (x - 6.2) * 2.5
  return time - inWeek + Math.floor(moved * 86_400)
}
