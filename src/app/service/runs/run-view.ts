/** A run as people see it. */
import type { RunView, TableRunRow } from '../../../store/runs.ts'
import type { Run, RunDetail, TableRun } from '../resources/run.ts'
import { iso } from '../values.ts'

export function runOf(row: RunView): Run {
  return {
    id: row.id,
    integration_id: row.integration_id,
    integration: row.integration,
    status: row.status,
    trigger: row.trigger,
    full_refresh: row.full_refresh,
    tables_asked: row.tables === null ? null : [...row.tables],
    attempt: row.attempt,
    worker: row.worker,
    queued_at: iso(row.queued_at),
    not_before: iso(row.not_before),
    waits_for: row.waits_for,
    started_at: iso(row.started_at),
    ended_at: iso(row.ended_at),
    cancel_requested_at: iso(row.cancel_requested_at),
    rows: row.rows,
    deleted: row.deleted,
    requests: row.requests,
    rate_limited: row.rate_limited,
    incidents: [...row.incidents],
    error: row.error === null ? null : { message: row.error, cure: row.cure },
  }
}

export function detailOf(row: RunView, tables: readonly TableRunRow[]): RunDetail {
  return { ...runOf(row), tables: tables.map(tableRunOf) }
}

function tableRunOf(row: TableRunRow): TableRun {
  return {
    stream: row.stream,
    table: row.table_name,
    status: row.status as TableRun['status'],
    rows: row.rows,
    deleted: row.deleted,
    read: row.read,
    requests: row.requests,
    fraction: row.fraction,
    last_run_before: iso(row.last_run_before),
    last_run: iso(row.last_run),
    reason: row.reason,
    drift: [...row.drift],
    started_at: iso(row.started_at),
    ended_at: iso(row.ended_at),
  }
}
