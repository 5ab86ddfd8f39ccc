import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { Problem } from '../../api/problem.ts'
import { getRun, runEvents } from '../../api/runs.ts'
import type { LogLine, Run, TableRun } from '../../api/types.ts'
import { createLogStore } from './log-store.ts'

export interface RunStream {
  readonly run: Run | null
  readonly tables: readonly TableRun[]
  /** `lost`: it is tried again by itself. `refused`: there is nothing to follow, as the problem says. */
  readonly state: 'opening' | 'live' | 'ended' | 'lost' | 'refused'
  readonly problem: Problem | null
}

const opening: RunStream = { run: null, tables: [], state: 'opening', problem: null }
/** Between two tries, in milliseconds. */
const pause = 2_000

/** Follows a run from its first log line until it has ended. */
export function useRunStream(id: string) {
  const [log] = useState(createLogStore)
  const [stream, setStream] = useState(opening)
  const client = useQueryClient()
  useEffect(() => {
    let source: EventSource
    let timer: ReturnType<typeof setTimeout> | undefined
    let left = false
    const set = (part: Partial<RunStream>) => setStream((before) => ({ ...before, ...part }))
    function follow() {
      source = new EventSource(runEvents(id, log.lines().at(-1)?.id ?? 0))
      const on = <T>(kind: string, take: (data: T) => void) =>
        source.addEventListener(kind, (event) => take(JSON.parse(event.data) as T))
      on<{ run: Run }>('run', ({ run }) => set({ run, state: 'live', problem: null }))
      on<{ tables: TableRun[] }>('tables', ({ tables }) => set({ tables }))
      on<{ lines: LogLine[] }>('log', ({ lines }) => log.append(lines))
      on<{ run: Run }>('end', ({ run }) => {
        set({ run, state: 'ended' })
        source.close()
        void client.invalidateQueries({ queryKey: ['integrations'] })
      })
      source.onerror = () => {
        set({ state: 'lost' })
        // The browser tries again when the line breaks, and gives up when it is answered badly: then it is for us.
        if (source.readyState === EventSource.CLOSED) void ask()
      }
    }
    async function ask() {
      const problem = await getRun(id).then(
        () => null,
        (error: unknown) => (error instanceof Problem ? error : null),
      )
      if (left) return
      if (problem && problem.status >= 400 && problem.status < 500) set({ state: 'refused', problem })
      else {
        set({ problem })
        timer = setTimeout(follow, pause)
      }
    }
    follow()
    return () => {
      left = true
      clearTimeout(timer)
      source.close()
    }
  }, [id, log, client])
  return { ...stream, log }
}
