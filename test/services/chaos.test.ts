/**
 * Three workers that are killed every few seconds, on a PostgreSQL server that crashes twice: every integration ends equal
 * to its source, no run is doubled and none is lost; and so say verifications, whose workers are killed, too. SLUICE_CHAOS_INTEGRATIONS says how many; 20 take about two minutes on an idle machine.
 */
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createDestination } from '../../src/app/service/destinations.ts'
import { createIntegration } from '../../src/app/service/integrations.ts'
import { openService } from '../../src/app/service/open.ts'
import { type Integration, integrationInput } from '../../src/app/service/resources/integration.ts'
import { runInput } from '../../src/app/service/resources/run.ts'
import { verificationInput } from '../../src/app/service/resources/verification.ts'
import { startRun } from '../../src/app/service/runs/runs.ts'
import { startVerification } from '../../src/app/service/verify/verifications.ts'
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts'
import { differing } from '../support/equal.ts'
import { npmPrograms, startCluster } from '../support/postgres.ts'

const count = Number(process.env.SLUICE_CHAOS_INTEGRATIONS ?? 20)
/** They take one turn at a time in a worker, where runs take three. */
const verifications = Math.min(count, 40)
/** Each with its own limit of two runs at a time. */
const accounts = 8
const streams = ['customers', 'invoices', 'invoice_lines', 'charges', 'products']

/** Asks again while the server is away. */
async function insisting<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await work()
    } catch (error) {
      if (tries > 200) throw error
      await sleep(100)
    }
  }
}

test('workers are killed and the store crashes: nothing is lost, doubled or wrong', {
  timeout: 120_000 + count * 20_000,
}, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sluice-chaos-'))
  await using cluster = await startCluster({ programs: npmPrograms(), settings: { max_connections: '100' } })
  const sandboxes: Sandbox[] = []
  const workers = new Set<ChildProcess>()
  const ready = new WeakSet<ChildProcess>()
  const said: string[] = []
  /** Workers that ended though nobody killed them. */
  const died: string[] = []
  let spawning = true
  const spawnWorker = () => {
    const node = process.execArgv.filter((word) => !word.startsWith('--test'))
    const worker = spawn(
      process.execPath,
      [...node, 'test/support/worker-process.ts', cluster.url(), dataDir, '10', '3'],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    worker.stderr.on('data', (text) => said.push(String(text)))
    worker.stdout.once('data', () => ready.add(worker))
    workers.add(worker)
    worker.once('exit', (code, signal) => {
      workers.delete(worker)
      // One that finds no store when it starts says so and ends; whoever watches over it starts it again.
      if (ready.has(worker) && signal !== 'SIGKILL') died.push(`exit code ${code}`)
      if (spawning) spawnWorker()
    })
  }
  /** One that has begun to work: on a busy machine the others would die before they do anything. */
  const kill = () => {
    const able = [...workers].filter((worker) => ready.has(worker))
    return able[Math.floor(Math.random() * able.length)]?.kill('SIGKILL') === true
  }
  try {
    await using service = await openService({
      dataDir,
      databaseUrl: cluster.url(),
      migrate: true,
      log: () => {},
    })
    const { ctx } = service
    for (let i = 0; i < accounts; i++) {
      sandboxes.push(
        await startSandbox({ port: 0, scale: 60, seed: `chaos ${i}`, rateLimit: 'off', latencyMs: 40 }),
      )
    }
    const made: { readonly integration: Integration; readonly sandbox: Sandbox; readonly address: string }[] =
      []
    for (let i = 0; i < count; i++) {
      const sandbox = sandboxes[i % accounts] ?? assert.fail()
      const address = `duckdb:${dataDir}/shop${i}.duckdb`
      const destination = await createDestination(ctx, { name: `shop${i}`, address })
      const integration = await createIntegration(
        ctx,
        integrationInput.parse({
          name: `shop${i}`,
          source: { kind: 'key', api_key: 'rk_test_chaos0123456789abcdef', api_base: sandbox.url },
          destination_id: destination.id,
          selection: { tables: streams.map((name) => ({ name })) },
          schedule: { kind: 'every', minutes: 10_080 },
        }),
      )
      made.push({ integration, sandbox, address })
    }
    const open = () =>
      insisting(async () => {
        const { rows } = await ctx.pool.query<{ open: number }>(
          `select count(*) as open from (
             select status from sluice.runs union all select status from sluice.verify_runs) o
           where status in ('queued', 'running')`,
        )
        return rows[0]?.open ?? 0
      })
    let kills = 0
    let crashes = 0
    /** Kills while there is something to do, and crashes the server once in the middle. */
    const rage = async (most: number) => {
      const whole = await open()
      let crashed = false
      for (let round = 0; ; round++) {
        const left = await open()
        if (left === 0) return
        if (!crashed && left < whole * 0.6) {
          crashed = true
          crashes++
          await cluster.crash()
        } else if (round % 3 === 2 && kills < most) {
          if (kill()) kills++
        }
        await sleep(1_000)
      }
    }
    const begun = Date.now()
    for (let i = 0; i < 3; i++) spawnWorker()
    await rage(count / 2)
    for (const sandbox of sandboxes) {
      const { world } = sandbox.account.store
      await sandbox.update('customers', world.object('customers', 1).id, { description: 'changed' })
      await sandbox.update('invoices', world.object('invoices', 2).id, { description: 'changed' })
      await sandbox.remove('customers', world.object('customers', 4).id)
      await sandbox.create('products', { name: 'new' })
    }
    for (const { integration } of made) await startRun(ctx, integration.id, runInput.parse({}))
    await rage(count)
    const inRuns = kills
    const minutes = (Date.now() - begun) / 60_000
    const { rows: runs } = await ctx.pool.query<{
      integration_id: string
      status: string
      error: string | null
    }>('select integration_id, status, error from sluice.runs')
    assert.deepEqual(
      runs.filter(({ status }) => status !== 'succeeded'),
      [],
      said.slice(-20).join(''),
    )
    assert.equal(runs.length, 2 * count, 'each was run twice')
    for (const { integration, sandbox, address } of made) {
      const at = { address, integration: integration.name, workDir: dataDir }
      assert.deepEqual(await differing(sandbox, at, streams), [], integration.name)
    }
    const { rows } = await ctx.pool.query<{ attempts: number }>(
      'select sum(attempt) as attempts from sluice.runs',
    )
    process.stderr.write(
      `${count} integrations: ${inRuns} kills and ${crashes} crashes in ${minutes.toFixed(1)} minutes, ${rows[0]?.attempts} attempts at ${runs.length} runs\n`,
    )

    const proven = made.slice(0, verifications)
    for (const { integration } of proven) {
      await startVerification(ctx, integration.id, verificationInput.parse({ repair: true }))
    }
    await rage(inRuns + verifications / 4)
    spawning = false
    for (const worker of workers) worker.kill('SIGKILL')

    assert.deepEqual(died, [], said.slice(-20).join(''))
    const { rows: jobs } = await ctx.pool.query(
      "select id from pgboss.job where name in ('turns', 'verifications') and state in ('created', 'retry', 'active')",
    )
    assert.deepEqual(jobs, [], 'no turn is left over')
    const { rows: verified } = await ctx.pool.query<{ status: string; repaired: number | null }>(
      "select status, (found -> 'repaired')::int as repaired from sluice.verify_runs",
    )
    assert.deepEqual(
      verified,
      proven.map(() => ({ status: 'equal', repaired: 0 })),
      said.slice(-20).join(''),
    )
    process.stderr.write(`${kills - inRuns} kills among ${verifications} verifications\n`)
    assert.ok(inRuns >= 5 && crashes >= 2)
  } finally {
    spawning = false
    for (const worker of workers) worker.kill('SIGKILL')
    for (const sandbox of sandboxes) await sandbox.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
})
