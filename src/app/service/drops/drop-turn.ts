/** A worker drops what an integration that was deleted has in its warehouse. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { destinationFor } from '../../../destinations/registry.ts'
import { transaction } from '../../../store/database.ts'
import { endDrop, lockDrop, requeueDrop, setDropping } from '../../../store/drops.ts'
import { type IntegrationRow, integrationById } from '../../../store/integrations.ts'
import type { HeldDrop } from '../../../store/turns.ts'
import type { ServiceContext } from '../context.ts'
import { addressOf } from '../destinations.ts'
import { audit } from '../people/audit.ts'
import { runKind } from '../runs/kind.ts'
import { turnPause } from '../turns/begin.ts'
import { type Outcome, outcomeOf } from '../turns/outcome.ts'
import { patiently } from '../turns/settle.ts'
import type { TurnOptions } from '../turns/turn.ts'
import { verifyKind } from '../verify/kind.ts'
import { dropPriority } from './ask.ts'

/** Where what is in the way says no other. */
const lastCure = 'see what is in the way, and ask for it once more'

/** Throws only when the store cannot be reached for long; the queue then hands the job out again. */
export async function takeDrop(ctx: ServiceContext, held: HeldDrop, { stop }: TurnOptions): Promise<void> {
  const taken = await begin(ctx, held)
  if (!taken) return
  let tables: readonly string[] = []
  let error: unknown
  try {
    tables = await dropped(ctx, taken.integration, stop)
  } catch (thrown) {
    error = thrown
  }
  const stopped = error !== undefined && stop.aborted ? 'stopping' : undefined
  const outcome = outcomeOf(stopped, error, taken.failures, ctx.timing, lastCure)
  await patiently(() => settle(ctx, held, taken.integration, outcome, tables))
}

interface Taken {
  readonly integration: IntegrationRow
  readonly failures: number
}

/** Undefined when there is nothing to do now: it has ended, is another job's, or a run or verification has not ended yet. */
async function begin(ctx: ServiceContext, held: HeldDrop): Promise<Taken | undefined> {
  return transaction(ctx.pool, async (sql) => {
    const row = await lockDrop(sql, held.drop)
    const isOurs = row?.job_id === held.id && (row.status === 'queued' || row.status === 'running')
    const integration = isOurs ? await integrationById(sql, held.drop) : undefined
    if (!row || !integration) {
      await ctx.queue.done(sql, held)
      return undefined
    }
    if ((await runKind.lockOpen(sql, held.drop)) ?? (await verifyKind.lockOpen(sql, held.drop))) {
      await again(ctx, sql, held, integration, { failures: row.failures, after: turnPause })
      return undefined
    }
    await setDropping(sql, held.drop)
    return { integration, failures: row.failures }
  })
}

/** With what runs put aside on this machine. */
async function dropped(
  ctx: ServiceContext,
  { id, name, destination_id }: IntegrationRow,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const address = await addressOf(ctx, destination_id ?? '')
  const destination = await destinationFor(address)
  const workDir = join(ctx.workDir, id)
  await using warehouse = await destination.open(address, {
    integration: name,
    workDir,
    signal,
    report: (event) => {
      if (event.type === 'log' && event.level !== 'debug')
        ctx.log(event.level, `drop of ${name}: ${event.message}`)
    },
  })
  await warehouse.readState()
  const tables = await warehouse.drop()
  await rm(workDir, { recursive: true, force: true })
  return tables
}

async function settle(
  ctx: ServiceContext,
  held: HeldDrop,
  integration: IntegrationRow,
  outcome: Outcome,
  tables: readonly string[],
): Promise<void> {
  const { name } = integration
  await transaction(ctx.pool, async (sql) => {
    if (outcome.kind === 'again') return again(ctx, sql, held, integration, outcome)
    const { error, cure } = outcome
    const end = { tables: error === null ? tables : null, error, cure, at: new Date(ctx.clock()) }
    if (await endDrop(sql, { integration: held.drop, job: held.id }, end)) {
      await audit(sql, null, {
        action: error === null ? 'integration.drop_tables' : 'integration.drop_tables_failed',
        object: { kind: 'integration', id: held.drop, name },
        details: error === null ? { tables } : { error },
      })
    }
    await ctx.queue.done(sql, held)
  })
  if (outcome.error !== null) ctx.log('warn', `the tables of ${name} were not dropped: ${outcome.error}`)
  else if (outcome.kind === 'end') ctx.log('info', `the tables of ${name} were dropped: ${tables.length}`)
}

async function again(
  ctx: ServiceContext,
  sql: Parameters<typeof requeueDrop>[0],
  held: HeldDrop,
  { account_id: group }: IntegrationRow,
  next: {
    readonly failures: number
    readonly after: number
    readonly error?: string | null
    readonly cure?: string | null
  },
): Promise<void> {
  const { failures, after, error = null, cure = null } = next
  const job = ctx.newId()
  if (await requeueDrop(sql, { integration: held.drop, job: held.id }, { job, failures, error, cure })) {
    const notBefore = after > 0 ? { notBefore: new Date(Date.now() + after) } : {}
    await ctx.queue.add(sql, [{ id: job, drop: held.drop, group, priority: dropPriority, ...notBefore }])
  }
  await ctx.queue.done(sql, held)
}
