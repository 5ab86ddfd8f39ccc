/** Runs the command line as a person does: its launcher, in a folder of its own. */
import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'

export const launcher = new URL('../../bin/sluice', import.meta.url).pathname

export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Running {
  readonly pid: number
  /** What was found of the text on stdout or stderr, as soon as it was said; rejects when the process ends before. */
  seen(text: RegExp): Promise<RegExpExecArray>
  kill(signal: NodeJS.Signals): void
  readonly finished: Promise<Finished>
}

/** `env` is added to an environment without any key; undefined takes a variable away. */
export function start(
  args: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Running {
  const { STRIPE_API_KEY: _, STRIPE_API_BASE: __, FORCE_COLOR: ___, ...env } = process.env
  const child = spawn(launcher, args, {
    cwd: options.cwd,
    env: { ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const waiting = new Set<() => void>()
  const grown = () => {
    for (const look of waiting) look()
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
    grown()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    grown()
  })
  const finished = new Promise<Finished>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
  })
  return {
    pid: child.pid ?? 0,
    seen: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = text.exec(stdout + stderr)
          if (found === null) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
        look()
        finished.then(() => reject(new Error(`ended without saying ${text}:\n${stdout}${stderr}`)), reject)
      }),
    kill: (signal) => void child.kill(signal),
    finished,
  }
}

export function run(...given: Parameters<typeof start>): Promise<Finished> {
  return start(...given).finished
}

/** A folder that is gone after the test. */
export async function folder(context: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'sluice-test-'))
  context.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** The last line, as JSON. */
export function lastJson(stdout: string): Record<string, unknown> {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as Record<string, unknown>
}
