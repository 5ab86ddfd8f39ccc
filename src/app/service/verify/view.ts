/** A verification as people see it. */
import type { VerifyReport } from '../../../core/verify-report.ts'
import type { VerificationView } from '../../../store/verifications.ts'
import type { Verification, VerificationSum } from '../resources/verification.ts'
import { iso } from '../values.ts'

/** What the store holds as JSON is as it was written. */
export function verificationOf(row: VerificationView): Verification {
  return {
    id: row.id,
    integration_id: row.integration_id,
    integration: row.integration,
    status: row.status,
    trigger: row.trigger,
    tables_asked: row.tables === null ? null : [...row.tables],
    repair: row.repair,
    max_requests: row.max_requests,
    attempt: row.attempt,
    worker: row.worker,
    queued_at: iso(row.queued_at),
    not_before: iso(row.not_before),
    waits_for: row.status === 'queued' ? row.waits_for : null,
    started_at: iso(row.started_at),
    ended_at: iso(row.ended_at),
    cancel_requested_at: iso(row.cancel_requested_at),
    requests: row.requests,
    progress: row.status === 'running' ? (row.progress as Verification['progress']) : [],
    found: row.found as Verification['found'],
    error: row.error === null ? null : { message: row.error, cure: row.cure },
  }
}

export function sumOf({ tables }: VerifyReport): VerificationSum {
  const all = (of: (table: VerifyReport['tables'][number]) => number) =>
    tables.reduce((sum, table) => sum + of(table), 0)
  return {
    tables: tables.length,
    tables_not_checked: all(({ status }) => Number(status === 'not_checked' || status === 'no_permission')),
    rows: all(({ rows }) => rows.source),
    missing: all(({ missing }) => missing.count),
    extra: all(({ extra }) => extra.count),
    stale: all(({ stale }) => stale.count),
    moved: all(({ moved }) => moved.count),
    repaired: all(({ repaired }) => repaired),
  }
}
