/** What a verification tells while it goes on: the requests it makes, and how far each table is. */
import type { RunEvent } from '../../../core/model.ts'
import type { VerifyingTable } from '../resources/verification.ts'

export interface Progress {
  readonly report: (event: RunEvent) => void
  /** All requests that were ever made for it, and its tables as they stand. */
  now(): { readonly requests: number; readonly progress: readonly VerifyingTable[] }
}

/** `tables`: names by stream. `before`: requests of earlier attempts, and how far they came where this one goes on. */
export function progressOf(
  tables: ReadonlyMap<string, string>,
  before: { readonly requests: number; readonly progress: readonly VerifyingTable[] },
): Progress {
  const reachedBefore = new Map(before.progress.map((table) => [table.stream, table]))
  const reached = new Map(
    [...tables].map(([stream, table]) => [
      stream,
      {
        ...{ rows: 0, requests: 0, fraction: null as number | null },
        ...reachedBefore.get(stream),
        ...{ stream, table },
      },
    ]),
  )
  let { requests } = before
  return {
    report(event) {
      if (event.type === 'request') {
        requests++
        const table = reached.get(event.stream ?? '')
        if (table) table.requests++
      } else if (event.type === 'read') {
        const table = reached.get(event.stream)
        if (!table) return
        table.rows += event.rows
        // Windows lie beside each other: an earlier one may end after a later one.
        if (event.fraction !== undefined) table.fraction = Math.max(event.fraction, table.fraction ?? 0)
      }
    },
    now: () => ({ requests, progress: [...reached.values()] }),
  }
}
