/** A sandbox in a process of its own, so that a client's CPU and memory are measured alone. */
import { type ChildProcess, fork } from 'node:child_process'
import type { StartOptions } from '../src/sandbox/settle.ts'
import type { Stats } from '../src/sandbox/stats.ts'

/** The account is made so large that this stream has about so many objects. */
export interface SandboxSize {
  readonly stream: string
  readonly objects: number
}

export type ToSandbox = {
  readonly id: number
  readonly ask: 'state' | 'reset'
  /** Names of streams; `child<parent` for one with a parent. */
  readonly count?: readonly string[]
}
export type FromSandbox = { readonly id: 0; readonly url: string } | ({ readonly id: number } & SandboxState)

export interface SandboxState {
  readonly stats: Stats
  readonly cpuSeconds: number
  readonly counts: Readonly<Record<string, number>>
}

export interface SandboxProcess extends AsyncDisposable {
  readonly url: string
  /** With `count`, also how many objects these streams have: `invoices`, or `invoice_lines<invoices`. */
  state(count?: readonly string[]): Promise<SandboxState>
  /** Counts requests anew. */
  reset(): Promise<SandboxState>
  /** One of the calls of src/sandbox/admin-http.ts, below `/_sandbox/`. Throws for what it refuses. */
  admin(method: string, path: string, body: object): Promise<unknown>
}

/** Only options that JSON can hold. */
export async function sandboxProcess(
  size: SandboxSize,
  options: Pick<StartOptions, 'latencyMs' | 'rateLimit' | 'seed' | 'gzip'>,
): Promise<SandboxProcess> {
  const child = fork(
    new URL('./programs/sandbox.ts', import.meta.url).pathname,
    [JSON.stringify({ ...options, size })],
    {
      // It stands for Stripe: its memory is no matter, and it shares the processors with what is measured.
      execArgv: ['--heap-growing-percent=400', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    },
  )
  const waiting = new Map<number, (message: FromSandbox) => void>()
  child.on('message', (message: FromSandbox) => waiting.get(message.id)?.(message))
  const answer = (id: number) => answered(child, id, waiting)

  const first = await answer(0)
  if (!('url' in first)) throw new Error('the sandbox did not say where it listens')
  let lastId = 0
  async function ask(message: Omit<ToSandbox, 'id'>): Promise<SandboxState> {
    const id = ++lastId
    const reply = answer(id)
    child.send({ ...message, id } satisfies ToSandbox)
    return (await reply) as SandboxState
  }
  return {
    url: first.url,
    state: (count) => ask({ ask: 'state', ...(count === undefined ? {} : { count }) }),
    reset: () => ask({ ask: 'reset' }),
    async admin(method, path, body) {
      const answer = await fetch(`${first.url}/_sandbox/${path}`, { method, body: JSON.stringify(body) })
      if (!answer.ok) throw new Error(`the sandbox: ${method} ${path}: ${await answer.text()}`)
      return answer.json()
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill()
      await gone
    },
  }
}

function answered(
  child: ChildProcess,
  id: number,
  waiting: Map<number, (message: FromSandbox) => void>,
): Promise<FromSandbox> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the sandbox ended with code ${code}`))
    child.once('exit', ended)
    waiting.set(id, (message) => {
      waiting.delete(id)
      child.off('exit', ended)
      resolve(message)
    })
  })
}
