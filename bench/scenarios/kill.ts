import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RunSummary } from '../../src/core/model.ts'
import { compare, tableOf } from '../compare.ts'
import type { Scenario, ScenarioOptions } from '../figures.ts'
import { runSync, syncArguments } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'
import { sevenTables } from './rerun.ts'

const main = new URL('../../src/cli/main.ts', import.meta.url).pathname
const kills = 10
const lists = [...sevenTables, 'charges']
const names = [...lists, 'invoice_lines<invoices']

export const kill: Scenario = {
  about: `kill -9 at ${kills} random moments of one replication into DuckDB, carried on after each: every table must end with each object exactly once.`,
  async run(options) {
    const objects = options.quick ? 3_000 : 30_000
    await using sandbox = await sandboxProcess(
      { stream: 'charges', objects },
      { latencyMs: 100, rateLimit: 'live' },
    )
    const sync = { url: sandbox.url, tables: names.map(tableOf).join() }
    await sandbox.reset()
    const whole = await runSync({ ...sync, file: 'whole.duckdb' }, options)
    const uninterrupted = (await sandbox.state()).stats.requests
    await sandbox.reset()
    options.say(`uninterrupted: ${uninterrupted} requests in ${whole.said.seconds} s`)

    const lived: number[] = []
    let early = 0
    for (let number = 0; number < kills; number++) {
      // Some die before they have written anything, some after several loads.
      const ms = Math.round(400 + Math.random() * Math.min(12_000, whole.said.seconds * 400))
      lived.push(ms)
      if (!(await killed(syncArguments({ ...sync, file: 'killed.duckdb' }), ms, options))) early++
    }
    const last = await runSync({ ...sync, file: 'killed.duckdb' }, options)
    const { stats } = await sandbox.state()
    const checked = await compare(sandbox, join(options.folder, 'killed.duckdb'), names)
    const wrong = checked.filter(({ right }) => !right)
    const killedRuns = kills - early
    return {
      figures: [
        { what: 'runs killed before their end', value: killedRuns, unit: '' },
        {
          what: 'tables with a row lost, doubled or marked deleted',
          value: wrong.length,
          unit: '',
          target: { is: '≤', value: 0 },
        },
        { what: 'tables compared', value: checked.length, unit: '' },
        { what: 'requests of one uninterrupted run', value: uninterrupted, unit: '' },
        { what: 'requests of all runs together', value: stats.requests, unit: '' },
        {
          what: 'more requests per kill',
          value: (stats.requests - uninterrupted) / Math.max(1, killedRuns),
          unit: '',
        },
      ],
      notes: [
        `killed after ${lived.map((ms) => (ms / 1000).toFixed(1)).join(', ')} s`,
        ...checked.map(({ table, text }) => `${table}: ${text}`),
      ],
      detail: { whole: whole.said, last: last.said satisfies RunSummary, sandbox: stats, lived, checked },
    }
  },
}

/** False when it had ended by itself before. */
async function killed(args: readonly string[], ms: number, options: ScenarioOptions): Promise<boolean> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    cwd: options.folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const gone = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  await Promise.race([sleep(ms), gone])
  child.kill('SIGKILL')
  const { code, signal } = await gone
  if (signal === 'SIGKILL') return true
  if (code !== 0) throw new Error(`a run that was to be killed failed by itself: ${stderr}`)
  return false
}
