import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { runEvents } from '../../api/runs.ts'
import type { LogLine, Run, TableRun } from '../../api/types.ts'
import { createLogStore } from './log-store.ts'

export interface RunStream {
  readonly run: Run | null
  readonly tables: readonly TableRun[]
  /** `lost`: it is tried again by itself. `gone`: there is nothing to follow. */
  readonly state: 'opening' | 'live' | 'ended' | 'lost' | 'gone'
}

const opening: RunStream = { run: null, tables: [], state: 'opening' }

/** Follows a run from its first log line until it has ended. */
export function useRunStream(id: string) {
  const [log] = useState(createLogStore)
  const [stream, setStream] = useState(opening)
  const client = useQueryClient()
  useEffect(() => {
    const source = new EventSource(runEvents(id, log.lines().at(-1)?.id ?? 0))
    const on = <T>(kind: string, take: (data: T) => void) =>
      source.addEventListener(kind, (event) => take(JSON.parse(event.data) as T))
    const set = (part: Partial<RunStream>) => setStream((before) => ({ ...before, ...part }))
    on<{ run: Run }>('run', ({ run }) => set({ run, state: 'live' }))
    on<{ tables: TableRun[] }>('tables', ({ tables }) => set({ tables }))
    on<{ lines: LogLine[] }>('log', ({ lines }) => log.append(lines))
    on<{ run: Run }>('end', ({ run }) => {
      set({ run, state: 'ended' })
      source.close()
      void client.invalidateQueries({ queryKey: ['integrations'] })
    })
    source.onerror = () => set({ state: source.readyState === EventSource.CLOSED ? 'gone' : 'lost' })
    return () => source.close()
  }, [id, log, client])
  return { ...stream, log }
}
