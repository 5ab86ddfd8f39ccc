import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TransientError } from '../core/errors.ts'
import { type Attempt, type Failure, patient, retry } from './retry.ts'
import { fakeClock } from './testing/fakeClock.ts'

/** Runs `attempts` one after the other, the last one for ever, and tells how long it took and how often it asked. */
async function run(attempts: readonly (Failure | 'done')[], random = 0.5) {
  const clock = fakeClock()
  let asked = 0
  const attempt = async (): Promise<Attempt<number>> => {
    const next = attempts[Math.min(asked++, attempts.length - 1)] ?? 'done'
    return next === 'done' ? { value: asked } : { failure: next }
  }
  const { signal } = new AbortController()
  const times: number[] = []
  const timed = () => {
    times.push(clock.now())
    return attempt()
  }
  const result = retry(timed, { policy: patient, clock, random: () => random, signal, what: 'GET /x' }).catch(
    (error: unknown) => error,
  )
  await clock.run(3_600_000)
  return {
    result: await result,
    times,
    waits: times.slice(1).map((time, index) => time - (times[index] ?? 0)),
  }
}

const failed: Failure = { kind: 'failed', reason: 'HTTP 500' }
const limited: Failure = { kind: 'limited', reason: 'HTTP 429' }

test('eight tries over about two minutes, then a TransientError', async () => {
  const { result, waits, times } = await run([failed])
  assert.ok(result instanceof TransientError)
  assert.equal(result.message, 'GET /x failed 8 times in 110 s, last with: HTTP 500')
  assert.equal(times.length, 8)
  assert.deepEqual(waits, [500, 1_500, 4_500, 13_500, 30_000, 30_000, 30_000])
})

test('the wait is a random share of its bound, and never shorter than Stripe asks', async () => {
  assert.deepEqual((await run([failed, failed, 'done'], 0.1)).waits, [100, 300])
  const asking = { ...failed, retryAfterMs: 2_000 }
  assert.deepEqual((await run([asking, asking, 'done'], 0.9)).waits, [2_000, 2_700])
})

test('what is final is not tried again', async () => {
  const { result, times } = await run([{ ...failed, final: true }])
  assert.ok(result instanceof TransientError)
  assert.equal(result.message, 'GET /x failed once, last with: HTTP 500')
  assert.equal(times.length, 1)
})

test('being limited is no failure for ten minutes, and then it is', async () => {
  const long = await run([...Array.from({ length: 100 }, () => limited), 'done'])
  assert.equal(long.result, 101)
  const ever = await run([limited])
  assert.ok(ever.result instanceof TransientError)
  assert.match(ever.result.message, /^GET \/x was rate limited for 60\d s: HTTP 429$/)
  assert.ok((ever.times.at(-1) ?? 0) >= patient.limitedForMs)
})

test('a failure in between begins the ten minutes anew, and counts', async () => {
  const some = Array.from({ length: 100 }, () => limited)
  const { result } = await run([...some, failed, ...some, failed, ...some, 'done'])
  assert.equal(result, 303)
})

test('what an attempt throws is not tried again', async () => {
  const error = new Error('a bug')
  let asked = 0
  const attempt = async (): Promise<Attempt<never>> => {
    asked++
    throw error
  }
  const { signal } = new AbortController()
  await assert.rejects(
    retry(attempt, { policy: patient, clock: fakeClock(), random: Math.random, signal, what: 'GET /x' }),
    (thrown) => thrown === error,
  )
  assert.equal(asked, 1)
})
