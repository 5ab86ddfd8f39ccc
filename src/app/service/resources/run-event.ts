/** What is told while a run goes on: the `type` is the name of a server-sent event. */
import { z } from 'zod'
import { logLine, runDetail } from './run.ts'

export const runEvent = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('run'), run: runDetail }).describe('The run, at first and when it changed'),
    z.object({ type: z.literal('logs'), lines: z.array(logLine) }),
    z.object({ type: z.literal('end') }).describe('The run has ended, and all is told'),
  ])
  .meta({ id: 'RunEvent' })
