import type { LogLine } from '../../api/types.ts'

/** The lines of a log as they come: hundred thousands of them, drawn at most once a frame. */
export interface LogStore {
  readonly append: (lines: readonly LogLine[]) => void
  /** The same array as before, longer. */
  readonly lines: () => readonly LogLine[]
  readonly subscribe: (listener: () => void) => () => void
  /** Grows with every change. */
  readonly version: () => number
}

export function createLogStore(): LogStore {
  const lines: LogLine[] = []
  const listeners = new Set<() => void>()
  let version = 0
  let asked = false
  function tell() {
    asked = false
    version++
    for (const listener of listeners) listener()
  }
  return {
    append(more) {
      const last = lines.at(-1)?.id ?? 0
      // After a reconnect some come again.
      for (const line of more) if (line.id > last) lines.push(line)
      if (!asked) requestAnimationFrame(tell)
      asked = true
    },
    lines: () => lines,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    version: () => version,
  }
}
