/** An integration as people see it. */
import type { IntegrationRow, IntegrationView } from '../../store/integrations.ts'
import type { Integration, VerifySettings } from './resources/integration.ts'
import type { RunStatus } from './resources/run.ts'
import type { Schedule } from './resources/schedule.ts'
import type { Selection } from './resources/selection.ts'
import type { VerificationStatus } from './resources/verification.ts'
import { scheduleText } from './schedules.ts'
import { type StoredSource, shownSource } from './source.ts'
import { iso, isoText } from './values.ts'

/** What the store holds as JSON, as it was validated when it came. */
export function storedOf(row: IntegrationRow): {
  readonly source: StoredSource
  readonly selection: Selection
  readonly schedule: Schedule
  readonly verify: VerifySettings
} {
  return {
    source: row.source as StoredSource,
    selection: row.selection as Selection,
    schedule: row.schedule as Schedule,
    verify: row.verify as VerifySettings,
  }
}

export function integrationOf(row: IntegrationView): Integration {
  const { source, selection, schedule } = storedOf(row)
  const { last_run: last } = row
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    status: row.status,
    waiting_for: waitingFor(row, schedule),
    schedule,
    next_run_at: iso(row.next_run_at),
    since: iso(row.since),
    source: shownSource(source, row.key_shown),
    account: { id: row.account_id, name: row.account_name, livemode: row.livemode },
    destination:
      row.destination_id === null
        ? null
        : { id: row.destination_id, name: row.destination_name ?? '', kind: row.destination_kind ?? '' },
    selection,
    loaded_at: iso(row.loaded_at),
    last_run:
      last === null
        ? null
        : {
            id: last.id,
            status: last.status as RunStatus,
            color: colorOf(last),
            started_at: isoText(last.started_at),
            ended_at: isoText(last.ended_at),
            rows: last.rows,
            error: last.error === null ? null : { message: last.error, cure: last.cure },
          },
    open_run_id: row.open_run_id,
    verify: storedOf(row).verify,
    next_verify_at: iso(row.next_verify_at),
    last_verification:
      row.last_verification === null
        ? null
        : {
            ...row.last_verification,
            status: row.last_verification.status as VerificationStatus,
            queued_at: new Date(row.last_verification.queued_at).toISOString(),
            ended_at: isoText(row.last_verification.ended_at),
          },
    fresh_until: iso(row.fresh_until),
    rows_total: row.rows_total,
    recent: row.recent
      .map(({ queued_at, status, ...rest }) => ({
        ...rest,
        status: status as RunStatus,
        queued_at: new Date(queued_at).toISOString(),
      }))
      .reverse(),
    revision: row.revision,
    created_at: iso(row.created_at),
    updated_at: iso(row.updated_at),
    deleted_at: iso(row.deleted_at),
    drop: row.drop && {
      status: row.drop.status,
      tables: row.drop.tables,
      error: row.drop.error === null ? null : { message: row.drop.error, cure: row.drop.cure },
      requested_at: new Date(row.drop.requested_at).toISOString(),
      ended_at: isoText(row.drop.ended_at),
    },
  }
}

function colorOf({ status, tables, tables_ok }: NonNullable<IntegrationView['last_run']>) {
  if (status === 'succeeded') return 'green' as const
  if (status === 'failed') return tables_ok > 0 ? ('orange' as const) : ('red' as const)
  if (status === 'partial') return tables > 0 && tables_ok === 0 ? ('red' as const) : ('orange' as const)
  return null
}

function waitingFor(row: IntegrationView, schedule: Schedule): string | null {
  if (row.status === 'deleted') return null
  if (row.status === 'paused') return 'paused: it runs again when it is activated'
  const { last_run: last } = row
  if (row.open_run_id !== null) {
    if (row.status !== 'pending') return null
    if (last?.status !== 'queued') return 'its first run is under way, and has loaded nothing yet'
    return last.error ? `its first run is tried again: ${last.error}` : 'its first run is queued'
  }
  const next = row.held
    ? row.held
    : row.next_run_at === null
      ? 'it runs when it is asked to'
      : `it runs next by its schedule, ${scheduleText(schedule)}`
  if (row.status !== 'pending') return next
  if (last?.error) return `its last run failed: ${last.error}; ${next}`
  return last === null ? `it has not run yet; ${next}` : `no run has loaded data yet; ${next}`
}
