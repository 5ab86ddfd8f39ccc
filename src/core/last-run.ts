/** When each table was last brought up to date: kept in the warehouse, with the rows of which it speaks. */
import type { Checkpoint, State } from './model.ts'

const prefix = 'last_run/'

/** Says that a run which began at `started` (milliseconds since 1970) has brought the stream up to date. */
export function lastRun(stream: string, started: number): Checkpoint {
  return { scope: `${prefix}${stream}`, cursor: new Date(started).toISOString() }
}

/** The beginnings of the last successful runs by stream, ISO 8601 in UTC. */
export function lastRuns(state: State): ReadonlyMap<string, string> {
  return new Map(
    [...state].flatMap(([scope, cursor]): [string, string][] =>
      scope.startsWith(prefix) && typeof cursor === 'string' ? [[scope.slice(prefix.length), cursor]] : [],
    ),
  )
}
