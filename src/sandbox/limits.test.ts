import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sandbox } from './server.ts'
import type { StartOptions } from './settle.ts'
import { get, now, start } from './testing.ts'

async function limited(options: StartOptions, run: (context: Context) => Promise<void>) {
  let time = now * 1000
  const sandbox = await start({ ...options, clock: () => time })
  try {
    await run({
      later: (ms) => {
        time += ms
      },
      async ask(path, times, key = 'sk_test_a') {
        const answers = await Promise.all(
          Array.from({ length: times }, () => get(sandbox, path, { authorization: `Bearer ${key}` })),
        )
        const reasons = answers.map(({ headers }) => headers.get('stripe-rate-limited-reason'))
        const ok = answers.filter(({ status }) => status === 200).length
        const refused = answers.find(({ status }) => status === 429)
        return {
          ok,
          reasons: [...new Set(reasons.filter((reason) => reason !== null))],
          error: refused?.body.error,
        }
      },
      stats: sandbox.stats,
      sandbox,
    })
  } finally {
    await sandbox.close()
  }
}

interface Context {
  readonly sandbox: Sandbox
  later(ms: number): void
  ask(
    path: string,
    times: number,
    key?: string,
  ): Promise<{ ok: number; reasons: readonly string[]; error?: unknown }>
  stats(): {
    readonly limited: number
    readonly requests: number
    readonly endpoints: object
    readonly maxInFlight: number
  }
}

test('live: 25 a second of one endpoint whatever the id, 100 a second in all', () =>
  limited({ rateLimit: 'auto' }, async ({ ask, later, stats }) => {
    const first = await ask('/v1/invoices', 30, 'sk_live_a')
    assert.deepEqual([first.ok, first.reasons], [25, ['endpoint-rate']])
    later(200)
    assert.equal((await ask('/v1/invoices', 30, 'sk_live_a')).ok, 5)
    later(10_000)
    assert.equal((await ask('/v1/invoices', 60, 'sk_live_a')).ok, 25)
    for (const path of ['/v1/charges', '/v1/refunds', '/v1/customers']) {
      assert.equal((await ask(path, 25, 'sk_live_a')).ok, 25)
    }
    const none = await ask('/v1/products', 3, 'sk_live_a')
    assert.deepEqual([none.ok, none.reasons], [0, ['global-rate']])
    assert.deepEqual(
      { ...(none.error as object), message: '' },
      {
        code: 'rate_limit',
        doc_url: 'https://stripe.com/docs/error-codes/rate_limit',
        message: '',
        type: 'rate_limit_error',
      },
    )
    const counts = stats()
    assert.deepEqual([counts.requests, counts.limited], [198, 68])
    assert.deepEqual(counts.endpoints, {
      '/v1/invoices': { requests: 120, limited: 65 },
      '/v1/charges': { requests: 25, limited: 0 },
      '/v1/refunds': { requests: 25, limited: 0 },
      '/v1/customers': { requests: 25, limited: 0 },
      '/v1/products': { requests: 3, limited: 3 },
    })
  }))

test('test keys: 25 a second in all', () =>
  limited({ rateLimit: 'auto' }, async ({ ask }) => {
    assert.equal((await ask('/v1/invoices', 20)).ok, 20)
    const more = await ask('/v1/charges', 20)
    assert.deepEqual([more.ok, more.reasons], [5, ['global-rate']])
  }))

test("rates of one's own, as text too", async () => {
  await limited({ rateLimit: '6/4' }, async ({ ask }) => {
    assert.deepEqual((await ask('/v1/invoices', 6)).ok, 4)
    assert.deepEqual((await ask('/v1/charges', 6)).ok, 2)
  })
  await limited({ rateLimit: 'off' }, async ({ ask }) => {
    assert.equal((await ask('/v1/invoices', 150)).ok, 150)
  })
})

test('requests in flight can be limited, and are counted', () =>
  limited(
    { rateLimit: { global: 1000, endpoint: 1000, concurrency: 3 }, latencyMs: 100 },
    async ({ ask, stats, sandbox }) => {
      // However long they take to arrive, they go on together.
      sandbox.setFaults('hold@/v1/invoices:times=10')
      const asked = ask('/v1/invoices', 10)
      while (sandbox.held() < 10) await sleep(5)
      sandbox.setFaults('')
      const { ok, reasons } = await asked
      assert.deepEqual([ok, reasons], [3, ['global-concurrency']])
      assert.ok(stats().maxInFlight >= 3)
      assert.equal((await ask('/v1/invoices', 1)).ok, 1)
    },
  ))
