/** The made-up account of the service: a sandbox in a process of its own, from when it is first asked for. */
import { type ChildProcess, spawn } from 'node:child_process'
import { TransientError } from '../core/errors.ts'
import { demoKey, demoSandbox } from './demo.ts'

export interface DemoAccount extends AsyncDisposable {
  readonly started: () => Promise<{ readonly apiBase: string; readonly apiKey: string }>
}

export function demoAccount(): DemoAccount {
  let child: ChildProcess | undefined
  let url: Promise<string> | undefined
  const start = () =>
    new Promise<string>((resolve, reject) => {
      const { port, scale, rateLimit } = demoSandbox
      const options = ['--port', String(port), '--scale', String(scale), '--rate-limit', rateLimit]
      // Told apart from our own arguments by nothing but the command: the same program.
      const made = spawn(
        process.execPath,
        [...process.execArgv, process.argv[1] ?? '', 'sandbox', ...options],
        { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], detached: true },
      )
      child = made
      made.once('message', (message) => resolve((message as { readonly url: string }).url))
      made.once('error', reject)
      made.once('exit', () => {
        // The next who asks starts another.
        url = undefined
        child = undefined
        reject(new TransientError('the made-up account ended before it could be reached'))
      })
      made.unref()
      made.channel?.unref()
    })
  return {
    async started() {
      url ??= start()
      return { apiBase: await url, apiKey: demoKey }
    },
    async [Symbol.asyncDispose]() {
      child?.kill('SIGKILL')
    },
  }
}
