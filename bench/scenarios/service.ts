/** The service when nothing happens, when it is asked, and in the minute in which everything is due. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OpenService, openService } from '../../src/app/service/open.ts'
import { startDue } from '../../src/app/service/scheduler.ts'
import type { Scenario } from '../figures.ts'

const launcher = new URL('../../bin/sluice', import.meta.url).pathname
/** Of /proc/<pid>/stat: what a second is divided into on Linux. */
const ticksPerSecond = 100

export const service: Scenario = {
  about:
    'sluice serve with its embedded database and 1,000 integrations of which none is due: start, memory, processor time. The API with 10,000 runs and their logs in the store. Then 10,000 integrations that are due at once, taken by three schedulers.',
  async run({ folder, quick, say }) {
    const dataDir = join(folder, 'service')
    // PostgreSQL runs as nobody where the superuser runs this.
    chmodSync(folder, 0o711)
    const idle = quick ? 100 : 1_000
    const runs = quick ? 1_000 : 10_000
    {
      await using first = await open(dataDir)
      await addIntegrations(first, idle, '7 days')
    }
    say(`${idle} integrations, none is due`)
    const quiet = await whenIdle(dataDir, quick ? 10 : 60)

    say(`${runs} runs in the store`)
    {
      await using store = await open(dataDir)
      await addRuns(store, runs)
    }
    const asked = await whenAsked(dataDir, quick ? 100 : 500)

    const due = quick ? 1_000 : 10_000
    say(`${due} integrations are due`)
    const scheduled = await whenDue(dataDir, due)
    const slowest = asked.toSorted((a, b) => b.p99 - a.p99)[0]
    return {
      figures: [
        { what: 'start until it listens', value: quiet.start, unit: 's', target: { is: '<', value: 2 } },
        { what: 'memory when idle (RSS)', value: quiet.memory, unit: 'MB', target: { is: '<', value: 250 } },
        {
          what: 'processor when idle',
          value: quiet.used * 100,
          unit: '% of a core',
          target: { is: '<', value: 2 },
        },
        {
          what: `API with ${runs} runs, p99 of the slowest question`,
          value: slowest?.p99 ?? Number.NaN,
          unit: 'ms',
          target: { is: '<', value: 50 },
        },
        {
          what: `${due} due integrations queued`,
          value: scheduled,
          unit: 's',
          target: { is: '<', value: 60 },
        },
      ],
      notes: [
        `idle: ${idle} integrations, ${quiet.seconds} s; the database's own processes are not counted`,
        `API, median and p99: ${asked.map(({ path, median, p99 }) => `${path} ${median.toFixed(1)} and ${p99.toFixed(1)} ms`).join('; ')}`,
      ],
      detail: { ...quiet, asked, scheduled },
    }
  },
}

const open = (dataDir: string) => openService({ dataDir, migrate: true, connections: 4, log: () => {} })

interface Serving {
  readonly url: string
  readonly child: ChildProcess
  /** Seconds from its start until it listened. */
  readonly start: number
  stop(): Promise<void>
}

async function serving(dataDir: string): Promise<Serving> {
  const began = performance.now()
  const child = spawn(launcher, ['serve', '--no-web', '--port', '0', '--data-dir', dataDir], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  let url = ''
  for await (const line of createInterface(child.stderr)) {
    url = /listens on (\S+)/.exec(line)?.[1] ?? ''
    if (url !== '') break
  }
  if (url === '') throw new Error('sluice serve ended before it listened')
  child.stderr.resume()
  return {
    url,
    child,
    start: (performance.now() - began) / 1_000,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function whenIdle(dataDir: string, seconds: number) {
  const { child, start, stop } = await serving(dataDir)
  const { pid = 0 } = child
  await sleep(5_000)
  const before = processorTime(pid)
  await sleep(seconds * 1_000)
  const used = (processorTime(pid) - before) / seconds
  const memory = residentMegabytes(pid)
  await stop()
  return { start, used, memory, seconds }
}

/** What the pages of the web app ask, each so many times, one after the other. */
async function whenAsked(dataDir: string, times: number) {
  const { url, stop } = await serving(dataDir)
  const origin = { origin: url, 'content-type': 'application/json' }
  const person = { email: 'bench@sluice.example', name: 'Bench', password: 'correct horse battery' }
  const signed = await fetch(`${url}/api/v1/session/sign-up`, {
    method: 'POST',
    headers: origin,
    body: JSON.stringify(person),
  })
  if (!signed.ok) throw new Error(`the sign-up was answered with ${signed.status}: ${await signed.text()}`)
  const cookie = signed.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0])
    .join('; ')
  const ask = async (path: string) => {
    const began = performance.now()
    const response = await fetch(`${url}/api/v1${path}`, { headers: { cookie } })
    const text = await response.text()
    const took = performance.now() - began
    if (!response.ok) throw new Error(`${path} was answered with ${response.status}: ${text.slice(0, 200)}`)
    return { took, body: JSON.parse(text) as { readonly items?: readonly { readonly id: string }[] } }
  }
  const newest = (await ask('/runs')).body.items?.[0]?.id
  const busiest = (await ask('/integrations?limit=1')).body.items?.[0]?.id
  const paths = [
    '/integrations?limit=50',
    '/runs?limit=50',
    '/runs?status=failed&limit=50',
    `/runs/${newest}`,
    `/runs/${newest}/logs`,
    `/integrations/${busiest}`,
    `/integrations/${busiest}/runs?limit=100`,
    '/system',
    '/system/read-budgets',
  ]
  const asked: { readonly path: string; readonly median: number; readonly p99: number }[] = []
  for (const path of paths) {
    for (let warm = 0; warm < 10; warm++) await ask(path)
    const took: number[] = []
    for (let time = 0; time < times; time++) took.push((await ask(path)).took)
    const sorted = took.toSorted((a, b) => a - b)
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
    const shown = path.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, '{id}')
    asked.push({ path: shown, median: at(0.5), p99: at(0.99) })
  }
  await stop()
  return asked
}

/** Seconds until all of them have a run in the queue. */
async function whenDue(dataDir: string, due: number): Promise<number> {
  await using one = await open(dataDir)
  await using two = await open(dataDir)
  await using three = await open(dataDir)
  await addIntegrations(one, due, '-1 second')
  const from = performance.now()
  await Promise.all(
    [one, two, three].map(async ({ ctx }) => {
      while ((await startDue(ctx)) > 0);
    }),
  )
  const seconds = (performance.now() - from) / 1_000
  const { rows } = await one.ctx.pool.query<{ queued: number }>(
    "select count(*) as queued from sluice.runs where status = 'queued'",
  )
  if (rows[0]?.queued !== due) throw new Error(`${rows[0]?.queued} runs of ${due} were queued`)
  return seconds
}

/** Written as they stand in the store: what is measured is not how they are made. */
async function addIntegrations({ ctx }: OpenService, count: number, due: string): Promise<void> {
  const secret = await ctx.vault.put(ctx.pool, 'rk_test_of_nobody')
  await ctx.pool.query(
    `insert into sluice.destinations (id, name, kind, queryable, address_shown, address_secret)
     values (gen_random_uuid(), gen_random_uuid()::text, 'duckdb', true, 'duckdb:./none.duckdb', $1)`,
    [secret],
  )
  await ctx.pool.query(
    `insert into sluice.integrations (id, name, description, status, destination_id, source, source_secret,
       account_id, livemode, selection, schedule, next_run_at)
     select gen_random_uuid(), 'shop' || gen_random_uuid(), '', 'active', d.id, '{"kind": "key", "max_reads_per_month": 10000}', $1,
       'acct_' || n, false,
       '{"tables": [{"name": "invoices", "fields": null, "drop": [], "hash": [], "mode": "incremental", "sweep": null}], "deletes": "soft", "new_fields": "from_now"}',
       '{"kind": "every", "minutes": 1440}', now() + $3::interval
     from generate_series(1, $2::integer) n, (select id from sluice.destinations where address_secret = $1) d`,
    [secret, count, due],
  )
}

/** Half of them of one integration, with ten tables and twenty lines of a log each; that one was made last. Each account was read for 30 days. */
async function addRuns({ ctx }: OpenService, count: number): Promise<void> {
  await ctx.pool.query(
    `with numbered as (select id, row_number() over (order by created_at, id) as at from sluice.integrations),
       busiest as (update sluice.integrations set created_at = now() + interval '1 second'
         where id = (select id from numbered order by at desc limit 1) returning id)
     insert into sluice.runs (id, integration_id, status, trigger, attempt, worker, queued_at, started_at, ended_at,
       rows, requests, alerts_seen)
     select gen_random_uuid(),
       case when n % 2 = 0 then (select id from busiest)
         else (select id from numbered where at = 1 + n % (select count(*) from numbered)) end,
       case when n % 20 = 0 then 'failed' else 'succeeded' end, 'schedule', 1, 'bench', at, at, at + interval '1 minute',
       n, 100, true
     from (select n, now() - n * interval '5 minutes' as at from generate_series(1, $1::integer) n) n`,
    [count],
  )
  await ctx.pool.query(
    `insert into sluice.table_runs (run_id, stream, table_name, status, rows, started_at, ended_at)
     select r.id, 'table_' || n, 'shop.table_' || n, 'ok', 10, r.started_at, r.ended_at
     from sluice.runs r, generate_series(1, 10) n`,
  )
  await ctx.pool.query(
    `insert into sluice.run_logs (run_id, attempt, at, level, message)
     select r.id, 1, r.started_at, 'info', 'a line that a run has said, as long as most of them: ' || n
     from sluice.runs r, generate_series(1, 20) n where r.started_at > now() - interval '30 days'`,
  )
  await ctx.pool.query(
    `insert into sluice.reads (account_id, day, reads)
     select distinct account_id, (now() at time zone 'UTC')::date - n, 100 + n
     from sluice.integrations, generate_series(0, 29) n`,
  )
  await ctx.pool.query('analyze')
}

/** Seconds that the process has used. Linux alone has it there. */
function processorTime(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

function residentMegabytes(pid: number): number {
  const [, kilobytes] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}
