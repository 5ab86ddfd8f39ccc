/** Answers that are given again to who repeats a create; kept for a day. */
import * as store from '../../../store/people/idempotency.ts'
import type { ServiceContext } from '../context.ts'

export type { KeptAnswer } from '../../../store/people/idempotency.ts'

/** Takes the key for a request; or gives what another one with it has, or will have, been answered. */
export function takeKey(
  { pool }: ServiceContext,
  request: { user: string; key: string; fingerprint: Buffer },
) {
  return store.takeKey(pool, request)
}

export function keepAnswer(
  { pool }: ServiceContext,
  answer: { user: string; key: string; status: number; answer: unknown },
): Promise<void> {
  return store.keepAnswer(pool, answer)
}

/** The request came to nothing: the key may be used again. */
export function releaseKey({ pool }: ServiceContext, user: string, key: string): Promise<void> {
  return store.releaseKey(pool, user, key)
}
