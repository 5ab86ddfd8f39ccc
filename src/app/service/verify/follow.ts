import { setTimeout as sleep } from 'node:timers/promises'
import type { ServiceContext } from '../context.ts'
import type { VerificationEvent } from '../resources/verification.ts'
import { readVerification } from './verifications.ts'

/** Milliseconds between two looks at a verification that goes on. */
const pause = 1_000

/**
 * The verification as it is, then each time it changed; ends when it has ended, or the signal says so. Throws
 * `NotFoundError`.
 */
export async function* followVerification(
  ctx: ServiceContext,
  id: string,
  signal: AbortSignal,
): AsyncGenerator<VerificationEvent> {
  let told = ''
  while (!signal.aborted) {
    const verification = await readVerification(ctx, id)
    const text = JSON.stringify(verification)
    if (text !== told) yield { kind: 'verification', verification }
    told = text
    if (verification.ended_at !== null) {
      // Without it a client could not tell the end from a stream that broke, and would come back for ever.
      yield { kind: 'end', verification }
      return
    }
    await sleep(pause, undefined, { signal }).catch(() => {})
  }
}
