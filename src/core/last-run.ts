/** When each table was last brought up to date: kept in the warehouse, with the rows of which it speaks. */
import type { Checkpoint, State } from './model.ts'

const prefix = 'last_run/'
const prefixOfAll = 'last_run_of_all/'

/** Says that a run which began at `started` (milliseconds since 1970) has brought the stream up to date. */
export function lastRun(stream: string, started: number): Checkpoint {
  return { scope: `${prefix}${stream}`, cursor: new Date(started).toISOString() }
}

/** The same of a run over several accounts, when it has done so in all of them. */
export function lastRunOfAll(stream: string, started: number): Checkpoint {
  return { scope: `${prefixOfAll}${stream}`, cursor: new Date(started).toISOString() }
}

/** The beginnings of the last successful runs by stream, ISO 8601 in UTC. */
export const lastRuns = (state: State): ReadonlyMap<string, string> => timesIn(state, prefix)

/** The same of runs over several accounts. */
export const lastRunsOfAll = (state: State): ReadonlyMap<string, string> => timesIn(state, prefixOfAll)

function timesIn(state: State, prefix: string): ReadonlyMap<string, string> {
  return new Map(
    [...state].flatMap(([scope, cursor]): [string, string][] =>
      scope.startsWith(prefix) && typeof cursor === 'string' ? [[scope.slice(prefix.length), cursor]] : [],
    ),
  )
}
