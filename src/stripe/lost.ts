/** Streams that gave up their place among the events: what was read of them is as if it had never been. */
import type { Checkpoint, Json, State } from '../core/model.ts'
import { parseWalk } from './cursor.ts'
import { eventsCursor } from './events-cursor.ts'

/**
 * The state in which those streams are in no walk any more, so that they are walked anew, and the checkpoints that
 * make it so. Their rows stay until the new walk finds them or prunes them.
 */
export function withoutLost(state: State): { readonly state: State; readonly marks: readonly Checkpoint[] } {
  const lost = new Set(eventsCursor(state).lost)
  if (lost.size === 0) return { state, marks: [] }
  const left = new Map(state)
  const marks: Checkpoint[] = []
  for (const [walk, json] of state) {
    const cursor = parseWalk(json)
    if (!cursor) continue
    const streams = Object.entries(cursor.streams).filter(([stream]) => !lost.has(stream))
    if (streams.length === Object.keys(cursor.streams).length) continue
    const kept =
      streams.length > 0 ? ({ ...cursor, streams: Object.fromEntries(streams) } as unknown as Json) : null
    marks.push({ scope: walk, cursor: kept })
    if (kept === null) left.delete(walk)
    else left.set(walk, kept)
  }
  return { state: left, marks }
}
