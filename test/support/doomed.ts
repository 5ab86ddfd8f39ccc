/** A run in a process of its own, which kills itself. */
import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { TransientError } from '../../src/core/errors.ts'
import { Died } from './crashing.ts'
import type { Order, Told } from './doomed-run.ts'
import type { Run } from './one-run.ts'

const script = new URL('./doomed-run.ts', import.meta.url).pathname

/** Throws `Died` when it was killed, what the run threw as a `TransientError`, and for any other end what it wrote. */
export async function doomed(order: Order): Promise<Run> {
  const child = spawn(process.execPath, [script, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_TEST_CONTEXT: undefined },
  })
  const ended = new Promise<{ readonly code: number | null; readonly signal: string | null }>(
    (resolve, reject) => child.on('error', reject).on('close', (code, signal) => resolve({ code, signal })),
  )
  const [{ code, signal }, stdout, stderr] = await Promise.all([
    ended,
    text(child.stdout),
    text(child.stderr),
  ])
  if (signal === 'SIGKILL') throw new Died('the process was killed')
  if (code !== 0) throw new Error(`the run ended with ${code ?? signal}: ${stderr}`)
  const told = JSON.parse(stdout) as Told
  if ('transient' in told) throw new TransientError(told.transient)
  return { summary: told.summary, events: [], warnings: [] }
}
