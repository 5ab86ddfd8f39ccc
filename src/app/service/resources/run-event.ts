/** What is told while a run goes on: the `kind` is the name of a server-sent event, the rest its data. */
import { z } from 'zod'
import { logLine, run, tableRun } from './run.ts'

export const runEvent = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('run'), run }).describe('At first, and when it changed'),
    z.object({ kind: z.literal('tables'), tables: z.array(tableRun) }).describe('Likewise'),
    z.object({ kind: z.literal('log'), lines: z.array(logLine) }),
    z.object({ kind: z.literal('end'), run }).describe('The run has ended, and all is told'),
  ])
  .meta({ id: 'RunEvent' })
export type RunEvent = z.output<typeof runEvent>
