import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Limited, limiter } from './limiter.ts'
import { type FakeClock, fakeClock } from './testing/fakeClock.ts'

const live = { account: 100, endpoint: 25, endpoints: {} }
const never = new AbortController().signal

interface Load {
  readonly clock: FakeClock
  /** Times at which requests went out, by endpoint. */
  readonly sent: Map<string, number[]>
  readonly limiter: ReturnType<typeof limiter>
  /** Keeps `workers` requests of the endpoint going, each answered after `latency`. */
  start(endpoint: string, workers: number, latency?: number): void
  stop(): Promise<void>
}

/** `judge` plays the server: what it says to a request that went out at the time given. */
function load(options: {
  limits?: typeof live
  rate?: number
  inFlight?: number
  ahead?: (endpoint: string) => number
  judge?: (now: number, endpoint: string, inFlight: number) => Limited | undefined
}): Load {
  const clock = fakeClock()
  const turn = limiter({
    limits: options.limits ?? live,
    rate: options.rate ?? 1,
    inFlight: options.inFlight ?? 64,
    clock,
  })
  const sent = new Map<string, number[]>()
  const stopped = new AbortController()
  let inFlight = 0

  async function work(endpoint: string, latency: number) {
    const times = sent.get(endpoint) ?? []
    sent.set(endpoint, times)
    while (!stopped.signal.aborted) {
      const permit = await turn
        .acquire(endpoint, stopped.signal, options.ahead?.(endpoint))
        .catch(() => undefined)
      if (!permit) return
      inFlight++
      times.push(clock.now())
      const verdict = options.judge?.(clock.now(), endpoint, inFlight)
      await new Promise<void>((resolve) => clock.after(latency, resolve))
      inFlight--
      permit.release(verdict)
    }
  }

  return {
    clock,
    sent,
    limiter: turn,
    start(endpoint, workers, latency = 300) {
      for (let i = 0; i < workers; i++) void work(endpoint, latency)
    },
    async stop() {
      stopped.abort()
      await clock.run(60_000)
    },
  }
}

const all = (sent: ReadonlyMap<string, readonly number[]>) => [...sent.values()].flat().sort((a, b) => a - b)
const between = (times: readonly number[], from: number, to: number) =>
  times.filter((time) => time >= from && time < to).length

function mostInOneSecond(times: readonly number[]): number {
  let most = 0
  let first = 0
  times.forEach((time, index) => {
    // A window of one second, its end not included; a microsecond of rounding is none.
    while (time - (times[first] ?? 0) >= 1000 - 1e-3) first++
    most = Math.max(most, index - first + 1)
  })
  return most
}

/** Enforces limits as Stripe does, with a token bucket that holds a second's worth. */
function strictServer(account: number, endpoint: number) {
  const buckets = new Map<string, { tokens: number; at: number }>()
  const take = (name: string, limit: number, now: number) => {
    const bucket = buckets.get(name) ?? { tokens: limit, at: now }
    buckets.set(name, bucket)
    bucket.tokens = Math.min(limit, bucket.tokens + ((now - bucket.at) / 1000) * limit)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens -= 1
    return true
  }
  const count = { asked: 0, refused: 0 }
  const judge = (now: number, name: string): Limited | undefined => {
    count.asked++
    if (!take('account', account, now)) {
      count.refused++
      return { reason: 'global-rate' }
    }
    if (!take(name, endpoint, now)) {
      count.refused++
      return { reason: 'endpoint-rate' }
    }
    return undefined
  }
  return { judge, count }
}

test('at full rate a strict server is used to 97% and never says too many', async () => {
  const server = strictServer(100, 25)
  const running = load({ judge: server.judge })
  for (const name of ['a', 'b', 'c', 'd', 'e']) running.start(name, 16)
  await running.clock.run(20_000)
  const perSecond = between(all(running.sent), 5_000, 20_000) / 15
  assert.ok(perSecond >= 97, `${perSecond} requests per second`)
  assert.equal(server.count.refused, 0)
  await running.stop()
})

test('one stream reaches the limit of its endpoint', async () => {
  const running = load({})
  running.start('a', 40, 1000)
  await running.clock.run(20_000)
  const perSecond = between(all(running.sent), 5_000, 20_000) / 15
  assert.ok(perSecond >= 25 * 0.97 && perSecond <= 25, `${perSecond} requests per second`)
  await running.stop()
})

test('the rate leaves the rest of the limits alone', async () => {
  const running = load({ rate: 0.8 })
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) running.start(name, 16)
  await running.clock.run(20_000)
  const times = all(running.sent)
  const perSecond = between(times, 5_000, 20_000) / 15
  assert.ok(perSecond >= 80 * 0.97, `${perSecond} requests per second`)
  assert.ok(mostInOneSecond(times) <= 80)
  await running.stop()
})

test('no second ever holds more requests than the limits, whatever stalls and latencies there are', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        account: fc.integer({ min: 2, max: 100 }),
        endpoint: fc.integer({ min: 1, max: 25 }),
        rate: fc.double({ min: 0.05, max: 1, noNaN: true }),
        latencies: fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 4 }),
        steps: fc.array(
          fc.record({ run: fc.integer({ min: 1, max: 900 }), stall: fc.integer({ max: 1500, min: 0 }) }),
          {
            minLength: 3,
            maxLength: 8,
          },
        ),
      }),
      async ({ account, endpoint, rate, latencies, steps }) => {
        const running = load({ limits: { account, endpoint, endpoints: {} }, rate })
        for (const [index, latency] of latencies.entries()) running.start(`e${index}`, 20, latency)
        for (const { run, stall } of steps) {
          await running.clock.run(run)
          running.clock.stall(stall)
        }
        await running.clock.run(500)
        assert.ok(mostInOneSecond(all(running.sent)) <= Math.ceil(account * rate))
        for (const times of running.sent.values()) {
          assert.ok(mostInOneSecond(times) <= Math.ceil(endpoint * rate))
        }
        await running.stop()
      },
    ),
    { numRuns: 40 },
  )
})

test('what a stall held up is made up for, within the limit', async () => {
  const running = load({})
  running.start('a', 40)
  await running.clock.run(5_000)
  for (let i = 0; i < 50; i++) {
    await running.clock.run(100)
    running.clock.stall(100)
  }
  const times = all(running.sent)
  const perSecond = between(times, 5_000, 15_000) / 10
  assert.ok(perSecond >= 24, `${perSecond} requests per second`)
  assert.ok(mostInOneSecond(times) <= 25)
  await running.stop()
})

test('a lower limit than the documented one is found, kept close to, and left again', async () => {
  let allowed = strictServer(50, 25)
  const running = load({ judge: (now, name) => allowed.judge(now, name) })
  for (const name of ['a', 'b', 'c', 'd', 'e']) running.start(name, 16)
  await running.clock.run(60_000)
  const good = allowed.count.asked - allowed.count.refused
  assert.ok(good / 60 >= 50 * 0.85, `${good / 60} good requests per second of 50`)
  assert.ok(allowed.count.refused / allowed.count.asked < 0.05, `${allowed.count.refused} refused of ${good}`)
  allowed = strictServer(100, 25)
  await running.clock.run(40_000)
  const after = between(all(running.sent), 95_000, 100_000) / 5
  assert.ok(after >= 97, `${after} requests per second afterwards`)
  await running.stop()
})

const later = { first: 2_000, second: 2_100 }

test('each reason slows down what it names', async () => {
  const expectations: readonly [
    Limited['reason'],
    (state: ReturnType<Load['limiter']['state']>) => boolean,
  ][] = [
    ['global-rate', ({ account }) => account.rate < 75],
    ['endpoint-rate', ({ account, endpoints }) => account.rate > 98 && (endpoints.get('a')?.rate ?? 99) < 20],
    [
      'resource-specific',
      ({ account, endpoints }) => account.rate > 98 && (endpoints.get('a')?.rate ?? 99) < 20,
    ],
    ['global-concurrency', ({ account }) => account.cap < 20 && account.rate > 98],
    [
      'endpoint-concurrency',
      ({ account, endpoints }) => account.cap === 64 && (endpoints.get('a')?.cap ?? 99) < 8,
    ],
    [undefined, ({ account }) => account.rate < 75],
  ]
  for (const [reason, expected] of expectations) {
    let told = false
    const running = load({
      judge(now, name) {
        if (told || now < later.first || name !== 'a') return undefined
        told = true
        return { reason }
      },
    })
    running.start('a', 16)
    running.start('b', 16)
    await running.clock.run(later.first)
    while (!told) await running.clock.run(10)
    await running.clock.run(310)
    const state = running.limiter.state()
    assert.ok(expected(state), `${reason}: ${JSON.stringify([state.account, ...state.endpoints])}`)
    assert.equal(state.endpoints.get('b')?.rate, 24.625)
    await running.clock.run(60_000)
    const restored = running.limiter.state()
    assert.equal(restored.account.rate, 98.5, `${reason} is over`)
    assert.equal(restored.account.cap, 64)
    assert.equal(restored.endpoints.get('a')?.rate, 24.625)
    await running.stop()
  }
})

test('Retry-After holds back the endpoint it was said of, and nobody else', async () => {
  let told: number | undefined
  const running = load({
    judge(now, name) {
      if (told !== undefined || now < 1_000 || name !== 'a') return undefined
      told = now
      return { reason: 'endpoint-rate', retryAfterMs: 5_000 }
    },
  })
  running.start('a', 16, 10)
  running.start('b', 16, 10)
  await running.clock.run(10_000)
  assert.ok(told !== undefined)
  assert.equal(between(running.sent.get('a') ?? [], told + 10, told + 5_010), 0)
  assert.ok(between(running.sent.get('a') ?? [], told + 5_010, 10_000) > 30)
  assert.ok(between(running.sent.get('b') ?? [], told, told + 5_000) >= 120)
  await running.stop()
})

test('endpoints share the account fairly, however many wait at one of them', async () => {
  const running = load({ limits: { account: 30, endpoint: 25, endpoints: {} } })
  running.start('big', 200)
  await running.clock.run(2_000)
  running.start('small', 20)
  running.start('other', 20)
  await running.clock.run(10_000)
  for (const name of ['big', 'small', 'other']) {
    const perSecond = between(running.sent.get(name) ?? [], 4_000, 12_000) / 8
    assert.ok(perSecond >= 9 && perSecond <= 11, `${name}: ${perSecond} requests per second`)
  }
  await running.stop()
})

test('who has most ahead goes first, and nobody starves', async () => {
  const running = load({
    limits: { account: 30, endpoint: 25, endpoints: {} },
    ahead: (endpoint) => (endpoint === 'long' ? 1000 : 10),
  })
  for (const name of ['short', 'long', 'shorter']) running.start(name, 20)
  await running.clock.run(12_000)
  const perSecond = (name: string) => between(running.sent.get(name) ?? [], 4_000, 12_000) / 8
  // Its fair share would be 10.
  assert.ok(perSecond('long') >= 18, `long: ${perSecond('long')}`)
  for (const name of ['short', 'shorter']) assert.ok(perSecond(name) >= 2.5, `${name}: ${perSecond(name)}`)
  await running.stop()
})

test('a slow endpoint does not take all that may be in flight', async () => {
  const running = load({ inFlight: 16 })
  running.start('slow', 100, 20_000)
  await running.clock.run(5_000)
  running.start('quick', 8, 100)
  await running.clock.run(5_000)
  const { account } = running.limiter.state()
  assert.ok(account.inFlight <= 16)
  assert.ok(between(running.sent.get('quick') ?? [], 6_000, 10_000) / 4 >= 20)
  await running.stop()
})

test('an aborted wait ends at once, and takes no turn', async () => {
  const clock = fakeClock()
  const turn = limiter({ limits: { account: 1, endpoint: 1, endpoints: {} }, rate: 1, inFlight: 8, clock })
  ;(await turn.acquire('a', never)).release()
  const abort = new AbortController()
  const waits = turn.acquire('a', abort.signal)
  const next = turn.acquire('a', never)
  const reason = new Error('stop')
  abort.abort(reason)
  await assert.rejects(waits, (error) => error === reason)
  await assert.rejects(turn.acquire('a', abort.signal), (error) => error === reason)
  assert.equal(turn.state().waiting, 1)
  await clock.run(1_100)
  ;(await next).release()
  assert.equal(turn.state().waiting, 0)
  assert.equal(clock.pending(), 0)
})
