/** How fresh an integration was over time: read off the ends of its runs, nothing is sampled. */
import { type TableEnd, tableEnds } from '../../store/freshness.ts'
import { integrationById } from '../../store/integrations.ts'
import type { ServiceContext } from './context.ts'
import { NotFoundError } from './errors.ts'
import { storedOf } from './integration-view.ts'
import type { Freshness } from './resources/freshness.ts'
import { longestGap } from './schedules.ts'
import { iso } from './values.ts'

/** Over its last runs, of the tables that are selected now. Throws `NotFoundError`. */
export async function integrationFreshness(
  ctx: ServiceContext,
  id: string,
  { runs }: { readonly runs: number },
): Promise<Freshness> {
  const row = await integrationById(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  const { selection, schedule } = storedOf(row)
  const selected = new Set(selection.tables.map(({ name }) => name))
  const ends = (await tableEnds(ctx.pool, id, runs)).filter(({ stream }) => selected.has(stream))
  const gap = longestGap(schedule, ctx.clock())
  return {
    target_seconds: gap === undefined ? null : gap / 1_000,
    points: freshnessPoints(ends).map(({ at, until }) => ({ at: iso(at), fresh_until: iso(until) })),
  }
}

export interface FreshnessPoint {
  readonly at: Date
  readonly until: Date | null
}

/**
 * From the ends of tables, run after run, each moment at which the oldest of them became another one. Which tables there
 * were is told by each run of all: one that was selected later does not make earlier data old, and a run of some tells
 * of these besides the others.
 */
export function freshnessPoints(ends: readonly TableEnd[]): readonly FreshnessPoint[] {
  const known = new Map<string, Date>()
  const points: FreshnessPoint[] = []
  let present = new Set<string>()
  function tell(at: Date) {
    const until = oldest([...present].map((stream) => known.get(stream)))
    // Tables may end together, in any order: what counts is how the moment ends.
    if (points.at(-1)?.at.getTime() === at.getTime()) points.pop()
    if (points.length === 0 || points.at(-1)?.until?.getTime() !== until?.getTime())
      points.push({ at, until })
  }
  for (const tables of Map.groupBy(ends, ({ run_id }) => run_id).values()) {
    for (const { stream, last_run_before: before } of tables) if (before) known.set(stream, before)
    const [first] = tables
    if (!first) continue
    const streams = tables.map(({ stream }) => stream)
    present = new Set(first.whole ? streams : [...present, ...streams])
    tell(first.started_at)
    for (const { stream, ended_at, last_run } of tables) {
      if (last_run === null || last_run.getTime() === known.get(stream)?.getTime()) continue
      known.set(stream, last_run)
      tell(ended_at)
    }
  }
  return points
}

function oldest(times: readonly (Date | undefined)[]): Date | null {
  let least: Date | null = null
  for (const time of times) {
    if (time === undefined) return null
    if (least === null || time < least) least = time
  }
  return least
}
