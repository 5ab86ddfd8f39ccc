/** Verifications as people ask for them: started, cancelled, looked at. */
import type { Sql } from '../../../store/database.ts'
import { type IntegrationRow, integrationById } from '../../../store/integrations.ts'
import * as store from '../../../store/verifications.ts'
import type { ServiceContext } from '../context.ts'
import { ConflictError, NotFoundError } from '../errors.ts'
import { storedOf } from '../integration-view.ts'
import { change } from '../people/deed.ts'
import type { Page, PageQuery } from '../resources/common.ts'
import type { Verification, VerificationDetail, VerificationInput } from '../resources/verification.ts'
import { checkTables } from '../selection.ts'
import { cancel } from '../turns/cancel.ts'
import { pageOf } from '../values.ts'
import { verifyKind } from './kind.ts'
import { queueVerification } from './queue.ts'
import { verificationOf } from './view.ts'

/**
 * Queues a verification. Throws `NotFoundError`, `FieldError` for a table that is not selected, and `ConflictError`
 * while the integration has one that is open or has loaded nothing yet.
 */
export async function startVerification(
  ctx: ServiceContext,
  integration: string,
  input: VerificationInput,
): Promise<VerificationDetail> {
  const id = await change(ctx.pool, async (sql, about) => {
    const row = await present(sql, integration, { lock: true })
    about({ id: integration, name: row.name })
    checkTables(storedOf(row).selection, input.tables)
    if (row.loaded_at === null) {
      throw new ConflictError(`${row.name} has loaded nothing yet, so that there is nothing to compare`, {
        cure: 'wait for its first run',
      })
    }
    const queued = await queueVerification(ctx, sql, row, { ...input, trigger: 'person' })
    if (queued === undefined) {
      throw new ConflictError(`${row.name} has a verification that is queued or going on`, {
        cure: 'wait until it has ended, or cancel it',
      })
    }
    return queued
  })
  return getVerification(ctx, id)
}

/**
 * Asks a verification to end: one that waits does at once, one that is going on when its worker sees it. One that has
 * ended stays as it is. Throws `NotFoundError`.
 */
export async function cancelVerification(ctx: ServiceContext, id: string): Promise<VerificationDetail> {
  await change(ctx.pool, async (sql) => {
    const row = await store.lockVerification(sql, id)
    if (!row) throw new NotFoundError('verification')
    await cancel(ctx, sql, verifyKind, row)
  })
  return getVerification(ctx, id)
}

/** Of an integration, newest first; of one that was deleted, too. Throws `NotFoundError`. */
export async function listVerifications(
  ctx: ServiceContext,
  integration: string,
  { limit, after }: PageQuery,
): Promise<Page<Verification>> {
  if (!(await integrationById(ctx.pool, integration))) throw new NotFoundError('integration')
  const rows = await store.verifications(ctx.pool, integration, { limit: limit + 1, after })
  return pageOf(rows, limit, verificationOf, ({ id }) => id)
}

/** With its report. Throws `NotFoundError`. */
export async function getVerification(ctx: ServiceContext, id: string): Promise<VerificationDetail> {
  const found = await readVerification(ctx, id)
  const report = await store.verificationReport(ctx.pool, id)
  return { ...found, report: report as VerificationDetail['report'] }
}

/** Throws `NotFoundError`. */
export async function readVerification(ctx: ServiceContext, id: string): Promise<Verification> {
  const row = await store.verificationView(ctx.pool, id)
  if (!row) throw new NotFoundError('verification')
  return verificationOf(row)
}

async function present(sql: Sql, id: string, options = { lock: false }): Promise<IntegrationRow> {
  const row = await integrationById(sql, id, options)
  if (!row || row.status === 'deleted') throw new NotFoundError('integration')
  return row
}
