/** Runs as people ask for them: started, cancelled, tried again, looked at. */
import { integrationById } from '../../../store/integrations.ts'
import * as store from '../../../store/runs.ts'
import type { ServiceContext } from '../context.ts'
import { enqueue } from '../enqueue.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { storedOf } from '../integration-view.ts'
import { change } from '../people/deed.ts'
import type { Page } from '../resources/common.ts'
import type { Run, RunDetail, RunInput, RunQuery } from '../resources/run.ts'
import { checkTables } from '../selection.ts'
import { cancel } from '../turns/cancel.ts'
import { pageOf } from '../values.ts'
import { runKind } from './kind.ts'
import { detailOf, runOf } from './run-view.ts'

/**
 * Queues a run, before those that schedules start. Throws `NotFoundError`, `FieldError` for a table that is not
 * selected, and `ConflictError` when the integration is paused or has an open run.
 */
export async function startRun(
  ctx: ServiceContext,
  integration: string,
  input: RunInput,
): Promise<RunDetail> {
  return begin(ctx, integration, { ...input, trigger: 'person' })
}

/** A new run of what that one was to do. Throws as `startRun`, and `ConflictError` while that one is open. */
export async function retryRun(ctx: ServiceContext, id: string): Promise<RunDetail> {
  const run = await found(ctx, id)
  return begin(ctx, run.integration_id, {
    tables: run.tables,
    full_refresh: run.full_refresh,
    trigger: 'retry',
  })
}

/**
 * Asks a run to end: one that waits does at once, one that is going on when what it has read is in the warehouse. One
 * that has ended stays as it is. Throws `NotFoundError`.
 */
export async function cancelRun(ctx: ServiceContext, id: string): Promise<RunDetail> {
  await change(ctx.pool, async (sql) => {
    const run = await store.lockRun(sql, id)
    if (!run) throw new NotFoundError('run')
    await cancel(ctx, sql, runKind, run)
  })
  return getRun(ctx, id)
}

/** Newest first. */
export async function listRuns(ctx: ServiceContext, query: RunQuery): Promise<Page<Run>> {
  const { integration_id: integration, status, q: text, limit, after } = query
  const rows = await store.runs(ctx.pool, { integration, status, text, after, limit: limit + 1 })
  return pageOf(rows, limit, runOf, ({ id }) => id)
}

/** Throws `NotFoundError`. */
export async function getRun(ctx: ServiceContext, id: string): Promise<RunDetail> {
  return detailOf(await found(ctx, id), await store.tableRuns(ctx.pool, id))
}

async function found(ctx: ServiceContext, id: string): Promise<store.RunView> {
  const run = await store.runView(ctx.pool, id)
  if (!run) throw new NotFoundError('run')
  return run
}

async function begin(
  ctx: ServiceContext,
  integration: string,
  asked: {
    readonly tables: readonly string[] | null
    readonly full_refresh: boolean
    readonly trigger: 'person' | 'retry'
  },
): Promise<RunDetail> {
  const id = await change(ctx.pool, async (sql, about) => {
    const row = await integrationById(sql, integration, { lock: true })
    if (!row || row.status === 'deleted') throw new NotFoundError('integration')
    if (row.status === 'paused') {
      throw new ConflictError(`${row.name} is paused`, { cure: 'activate it first' })
    }
    about({ name: row.name })
    checkTables(storedOf(row).selection, asked.tables)
    const queued = await enqueue(ctx, sql, [
      { ...asked, integration_id: integration, account_id: row.account_id },
    ])
    const run = queued.get(integration)
    if (run === undefined) {
      throw new ConflictError(`${row.name} has a run that is queued or going on`, {
        cure: 'wait until it has ended, or cancel it',
      })
    }
    return run
  })
  return getRun(ctx, id)
}
