/** Runs a program in a fresh process and measures what it used. */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunSummary } from '../src/core/model.ts'
import type { VerifyReport } from '../src/core/verify-report.ts'
import type { ScenarioOptions } from './figures.ts'
import type { Usage } from './probe.ts'

const root = new URL('..', import.meta.url).pathname

export interface MeasuredRun<T> {
  readonly usage: Usage
  /** The last line of stdout. */
  readonly said: T
}

export interface RunOptions extends Pick<ScenarioOptions, 'folder' | 'profiles'> {
  /** Seconds by which the program's time of day is ahead of ours. */
  readonly ahead?: number
}

/** Throws with the program's stderr when it fails. */
export async function measured<T>(
  program: string,
  args: readonly string[],
  options: RunOptions,
): Promise<MeasuredRun<T>> {
  const probe = join(options.folder, `probe-${randomUUID()}.json`)
  if (options.profiles !== undefined) mkdirSync(options.profiles, { recursive: true })
  const flags = [
    ...['--disable-warning=ExperimentalWarning', '--import', join(root, 'bench/probe.ts')],
    ...(options.profiles === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${options.profiles}`]),
  ]
  // Through the launcher: what it sets for the command line counts here, too.
  const child = spawn(join(root, 'bin/with-node'), [program, ...args], {
    cwd: options.folder,
    env: {
      ...process.env,
      NODE_OPTIONS: [process.env.NODE_OPTIONS, ...flags].join(' ').trim(),
      SLUICE_BENCH_PROBE: probe,
      SLUICE_BENCH_AHEAD: String(options.ahead ?? 0),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-10_000)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with code ${code}\n${stdout}${stderr}`)
  return {
    usage: JSON.parse(readFileSync(probe, 'utf8')) as Usage,
    said: JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T,
  }
}

/** A live key as the sandbox takes it: Stripe's live limits are those of a live key. */
export const liveKey = 'rk_live_benchmark'

export interface SyncArguments {
  readonly url: string
  readonly tables: string
  /** Of the DuckDB file, below the folder. */
  readonly file: string
  readonly rate?: string
  readonly more?: readonly string[]
}

/** The arguments of `sluice sync`. */
export function syncArguments({ url, tables, file, rate = '100%', more = [] }: SyncArguments): string[] {
  return [
    'sync',
    ...['--name', 'bench', '--to', `duckdb:./${file}`, '--work-dir', `./${file}.work`],
    ...['--api-base', url, '--api-key', liveKey],
    ...['--tables', tables, '--rate', rate, '--quiet', '--json'],
    ...more,
  ]
}

/** `sluice sync`, as a person runs it. */
export function runSync(
  args: SyncArguments,
  options: Pick<ScenarioOptions, 'folder' | 'profiles'>,
): Promise<MeasuredRun<RunSummary>> {
  return measured('src/cli/main.ts', syncArguments(args), options)
}

/** The same run without the limits that Stripe's clients must keep. */
export function runUnlimited(
  args: Pick<SyncArguments, 'url' | 'tables' | 'file'> & { readonly to?: string },
  options: RunOptions,
): Promise<MeasuredRun<RunSummary>> {
  return measured('bench/programs/unlimited.ts', [JSON.stringify({ ...args, key: liveKey })], options)
}

/** `sluice verify` without those limits. Throws when the two sides are not equal. */
export function verifyUnlimited(
  args: Pick<SyncArguments, 'url' | 'tables' | 'file'>,
  options: RunOptions,
): Promise<MeasuredRun<VerifyReport>> {
  const said = { ...args, key: liveKey, what: 'verify' }
  return measured('bench/programs/unlimited.ts', [JSON.stringify(said)], options)
}
