/** How a run ends: by what became of its tables. */

import type { Sql } from '../../../store/database.ts'
import { tableStatuses } from '../../../store/run-progress.ts'
import type { RunStatus } from '../../../store/runs.ts'
import type { End } from '../../../store/work.ts'
import type { Ended } from '../turns/outcome.ts'

/** The run's status where the turn does not say it: all of its tables are well, some, or none. */
export async function endOf(sql: Sql, run: string, { status, error, cure }: Ended, at: Date): Promise<End> {
  const statuses = await tableStatuses(sql, run)
  const well = statuses.filter((one) => one === 'ok').length
  const byTables: RunStatus =
    well === statuses.length ? 'succeeded' : well > 0 || statuses.includes('paused') ? 'partial' : 'failed'
  if (status !== undefined || error !== null || byTables !== 'failed') {
    return { status: status ?? byTables, error, cure, at }
  }
  const reason = 'none of its tables could be read'
  return { status: byTables, error: reason, cure: 'see the reason of each table', at }
}
