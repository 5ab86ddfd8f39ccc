/** What is told while a run goes on. */
import { z } from 'zod'
import { logLine, run, tableRun } from './run.ts'

/** The name of a server-sent event is its `kind`; its data is the rest. */
export const runEvent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('run'), run }),
    z.object({ kind: z.literal('tables'), tables: z.array(tableRun) }),
    z.object({ kind: z.literal('log'), lines: z.array(logLine) }),
    z.object({ kind: z.literal('end'), run }).describe('Nothing follows'),
  ])
  .meta({ id: 'RunEvent' })
export type RunEvent = z.output<typeof runEvent>
