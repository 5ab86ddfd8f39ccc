/** The service when nothing happens, and in the minute in which everything is due. */
import { spawn } from 'node:child_process'
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
    'sluice serve with its embedded database and 1,000 integrations of which none is due: start, memory, processor time. Then 10,000 that are due at once, taken by three schedulers.',
  async run({ folder, quick, say }) {
    const dataDir = join(folder, 'service')
    // PostgreSQL runs as nobody where the superuser runs this.
    chmodSync(folder, 0o711)
    const idle = quick ? 100 : 1_000
    {
      await using first = await open(dataDir)
      await addIntegrations(first, idle, '7 days')
    }
    say(`${idle} integrations, none is due`)
    const began = performance.now()
    const serve = spawn(launcher, ['serve', '--no-web', '--port', '0', '--data-dir', dataDir], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const ended = once(serve, 'exit')
    for await (const line of createInterface(serve.stderr)) if (line.includes('listens on')) break
    serve.stderr.resume()
    const start = performance.now() - began
    const { pid = 0 } = serve
    const seconds = quick ? 10 : 60
    await sleep(5_000)
    const before = processorTime(pid)
    await sleep(seconds * 1_000)
    const used = (processorTime(pid) - before) / seconds
    const memory = residentMegabytes(pid)
    serve.kill('SIGTERM')
    await ended

    const due = quick ? 1_000 : 10_000
    await using one = await open(dataDir)
    await using two = await open(dataDir)
    await using three = await open(dataDir)
    await addIntegrations(one, due, '-1 second')
    say(`${due} integrations are due`)
    const from = performance.now()
    await Promise.all(
      [one, two, three].map(async ({ ctx }) => {
        while ((await startDue(ctx)) > 0);
      }),
    )
    const scheduled = (performance.now() - from) / 1_000
    const { rows } = await one.ctx.pool.query<{ queued: number }>(
      "select count(*) as queued from sluice.runs where status = 'queued'",
    )
    if (rows[0]?.queued !== due) throw new Error(`${rows[0]?.queued} runs of ${due} were queued`)
    return {
      figures: [
        { what: 'start until it listens', value: start / 1_000, unit: 's', target: { is: '<', value: 2 } },
        { what: 'memory when idle (RSS)', value: memory, unit: 'MB', target: { is: '<', value: 250 } },
        {
          what: 'processor when idle',
          value: used * 100,
          unit: '% of a core',
          target: { is: '<', value: 2 },
        },
        {
          what: `${due} due integrations queued`,
          value: scheduled,
          unit: 's',
          target: { is: '<', value: 60 },
        },
      ],
      notes: [`idle: ${idle} integrations, ${seconds} s; the database's own processes are not counted`],
      detail: { start, memory, used, scheduled },
    }
  },
}

const open = (dataDir: string) => openService({ dataDir, migrate: true, connections: 4, log: () => {} })

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
     select gen_random_uuid(), 'shop' || gen_random_uuid(), '', 'active', d.id, '{"kind": "key"}', $1,
       'acct_' || n, false, '{"tables": [{"name": "invoices"}]}', '{"kind": "every", "minutes": 1440}',
       now() + $3::interval
     from generate_series(1, $2::integer) n, (select id from sluice.destinations where address_secret = $1) d`,
    [secret, count, due],
  )
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
