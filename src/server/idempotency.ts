/** A create that comes twice with one `Idempotency-Key` is done once, and answered the same. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { ServiceContext } from '../app/service/context.ts'
import { keepAnswer, releaseKey, takeKey } from '../app/service/people/idempotency.ts'
import type { Env } from './declare.ts'
import type { OperationOf } from './operations.ts'
import { Refusal } from './problem.ts'

/** Those whose answer may be kept: it has no secret in it. */
export const repeatable: ReadonlySet<string> = new Set([
  'createAlertRule',
  'createDestination',
  'createIntegration',
  'startRun',
  'retryRun',
  'startVerification',
])

const header = 'idempotency-key'
const longest = 200

export function idempotency(service: ServiceContext, operationOf: OperationOf): MiddlewareHandler<Env> {
  return async (c, next) => {
    const key = c.req.header(header)
    const operation = operationOf(c)
    if (key === undefined || operation === undefined || !repeatable.has(operation)) return next()
    if (key.length === 0 || key.length > longest) {
      throw new Refusal(400, `an Idempotency-Key has 1 to ${longest} characters`)
    }
    const user = c.get('actor').user.id
    const fingerprint = createHash('sha256')
      .update(`${operation}\n${c.req.path}\n`)
      .update(await c.req.text())
      .digest()
    const kept = await takeKey(service, { user, key, fingerprint })
    if (kept) {
      if (!timingSafeEqual(kept.fingerprint, fingerprint)) {
        throw new Refusal(422, 'this Idempotency-Key came with another request', { cure: 'use a new one' })
      }
      if (kept.status === null) {
        throw new Refusal(409, 'the first request with this Idempotency-Key is worked at, or was cut off', {
          cure: 'ask again in a moment; if it stays so, look whether it was done, and use a new key',
        })
      }
      return c.json(kept.answer as object, kept.status as 201, { 'idempotency-replayed': 'true' })
    }
    let done = false
    try {
      await next()
      if (c.res.ok) {
        await keepAnswer(service, { user, key, status: c.res.status, answer: await c.res.clone().json() })
        done = true
      }
    } finally {
      if (!done) await releaseKey(service, user, key)
    }
  }
}
