import { isRunInTheWay } from '../../../store/runs.ts'
import type { OfVerification } from '../../../store/turns.ts'
import { lockOpenVerification, lockVerification, type VerificationRow } from '../../../store/verifications.ts'
import { forgetState, setWaiting } from '../../../store/verify-progress.ts'
import { goingOn } from '../../../store/work.ts'
import type { Kind } from '../turns/kind.ts'

/** Turns at verifications: they wait for a run of the integration, and for another verification of the account. */
export const verifyKind: Kind<VerificationRow, OfVerification> = {
  name: 'verification',
  work: 'verify_runs',
  line: ({ queue }) => queue.verifications,
  of: (verification) => ({ verification }),
  idOf: ({ verification }) => verification,
  priority: () => 0,
  lock: lockVerification,
  lockOpen: lockOpenVerification,
  async waitsFor(sql, { id, integration_id, queued_at: before }, account, at) {
    if (await isRunInTheWay(sql, integration_id, { before, at })) return 'run'
    return (await goingOn(sql, 'verify_runs', account, id)) > 0 ? 'account' : null
  },
  nowhere: 'before anything was compared',
  lastCure: 'see what is in the way, and start it again',
  onEnd: forgetState,
  onRequeue: setWaiting,
  // It has no log of its own; what it says stands in its error.
  async onDeath() {},
}
