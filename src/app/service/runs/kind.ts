import { insertRunLogs } from '../../../store/run-logs.ts'
import { endTables, requeueTables } from '../../../store/run-progress.ts'
import { accountLimit, lockOpenRun, lockRun, type RunRow } from '../../../store/runs.ts'
import type { OfRun } from '../../../store/turns.ts'
import { isVerifying } from '../../../store/verifications.ts'
import { goingOn } from '../../../store/work.ts'
import { priorityOf } from '../enqueue.ts'
import type { Kind } from '../turns/kind.ts'
import { wordsOfDeath } from './turn-words.ts'

export { accountLimit }

/** Turns at runs: they wait for a verification of the integration, and for other runs of the account. */
export const runKind: Kind<RunRow, OfRun> = {
  name: 'run',
  work: 'runs',
  line: ({ queue }) => queue,
  of: (run) => ({ run }),
  idOf: ({ run }) => run,
  priority: priorityOf,
  lock: lockRun,
  lockOpen: lockOpenRun,
  async waitsFor(sql, { id, integration_id, queued_at }, account) {
    if (await isVerifying(sql, integration_id, queued_at)) return 'verification'
    return (await goingOn(sql, 'runs', account, id)) >= accountLimit ? 'account' : null
  },
  nowhere: 'before anything was loaded',
  lastCure: 'see what is in the way; the schedule tries again',
  onEnd: endTables,
  onRequeue: requeueTables,
  onDeath: (sql, { id, attempt }, outcome, at) =>
    insertRunLogs(sql, id, attempt, [wordsOfDeath(outcome, at)]),
}
