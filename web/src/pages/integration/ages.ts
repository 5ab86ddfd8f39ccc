import type { Freshness } from '../../api/types.ts'

/** The saw-tooth: data grows older by a second each second, until a run makes it young again. Times and ages in seconds. */
export function agesOf(
  points: Freshness['points'],
  now: number,
): readonly (readonly [at: number, age: number | null])[] {
  const line: (readonly [number, number | null])[] = []
  points.forEach(({ at, fresh_until }, index) => {
    const begin = Date.parse(at)
    // Clocks differ: the service may be ahead.
    const end = Math.max(begin, Date.parse(points[index + 1]?.at ?? '') || now)
    const age = (time: number) =>
      fresh_until === null ? null : Math.max(0, time - Date.parse(fresh_until)) / 1_000
    line.push([begin / 1_000, age(begin)], [end / 1_000, age(end)])
  })
  return line
}

/** A run takes its time: a quarter more than the schedule's interval is not late yet. Seconds. */
export function lateAfter(target: number | null): number {
  return target === null ? Number.POSITIVE_INFINITY : 1.25 * target
}
