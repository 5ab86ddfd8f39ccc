import { LogView } from './log-view.tsx'
import { useRunStream } from './use-run-stream.ts'

/** The log of a run, by itself. */
export function RunLog({ run }: { readonly run: string }) {
  const { log, tables, state } = useRunStream(run)
  return <LogView log={log} run={run} streams={tables.map(({ stream }) => stream)} state={state} />
}
