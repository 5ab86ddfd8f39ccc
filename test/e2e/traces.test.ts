/** Traces, as a collector gets them over OTLP/HTTP: of the command line, of the API, of a worker's runs and verifications. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { getRun } from '../../src/app/service/runs/runs.ts'
import { getVerification } from '../../src/app/service/verify/verifications.ts'
import { openTracer } from '../../src/app/traces/open.ts'
import { ConfigError } from '../../src/core/errors.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import { startServer } from '../../src/server/start.ts'
import { startWorker } from '../../src/worker/worker.ts'
import { start } from '../cli/spawn.ts'
import { stopDatabases } from '../support/databases.ts'
import { sandboxKey, startService } from '../support/service.ts'

interface Received {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly startTimeUnixNano: string
  readonly endTimeUnixNano: string
  readonly status?: { readonly code?: number }
  readonly links?: readonly { readonly traceId: string; readonly spanId: string }[]
  readonly attributes: ReadonlyMap<string, unknown>
  readonly resource: ReadonlyMap<string, unknown>
}

type Pairs = readonly { readonly key: string; readonly value: Readonly<Record<string, unknown>> }[]
const mapOf = (pairs: Pairs = []) =>
  new Map(
    pairs.map(({ key, value }) => {
      const [[kind, found] = []] = Object.entries(value)
      return [key, kind === 'intValue' ? Number(found) : found]
    }),
  )

const spans: Received[] = []
const texts: string[] = []
const collector = createServer(async (request, response) => {
  assert.equal(request.url, '/v1/traces')
  assert.equal(request.headers['x-tenant'], 'acme')
  // biome-ignore lint/suspicious/noExplicitAny: the message of OTLP, whose fields are looked at one by one
  const body = (await json(request)) as any
  texts.push(JSON.stringify(body))
  for (const { resource, scopeSpans } of body.resourceSpans) {
    for (const { spans: some } of scopeSpans) {
      for (const { attributes, ...span } of some) {
        spans.push({ ...span, attributes: mapOf(attributes), resource: mapOf(resource.attributes) })
      }
    }
  }
  response.setHeader('content-type', 'application/json').end('{}')
})
let env: Readonly<Record<string, string>>
let folder: string

before(async () => {
  collector.listen(0, '127.0.0.1')
  await once(collector, 'listening')
  const { port } = collector.address() as AddressInfo
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-tenant=acme',
    OTEL_SERVICE_NAME: 'copies',
  }
  folder = mkdtempSync(join(tmpdir(), 'sluice-traces-'))
})
after(async () => {
  collector.close()
  collector.closeAllConnections()
  await stopDatabases()
  rmSync(folder, { recursive: true, force: true })
})

function only(name: string, among = spans): Received {
  const found = among.filter((span) => span.name === name)
  assert.equal(found.length, 1, `${name}: ${found.length} of ${among.map((span) => span.name)}`)
  return found[0] ?? assert.fail()
}

const lasts = ({ startTimeUnixNano, endTimeUnixNano }: Received) =>
  Number(BigInt(endTimeUnixNano) - BigInt(startTimeUnixNano)) / 1e6

test('sluice sync: a span of the run, of its tables, of each request and each load', async () => {
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off', latencyMs: 5 })
  try {
    const { code, stderr } = await start(
      ['sync', '--to', 'duckdb:./a.duckdb', '--name', 'acme', '--tables', 'customers,products', '--quiet'],
      { cwd: folder, env: { ...env, STRIPE_API_KEY: sandboxKey, STRIPE_API_BASE: sandbox.url } },
    ).finished
    assert.equal(code, 0, stderr)
  } finally {
    await sandbox.close()
  }
  const run = only('run')
  assert.equal(run.attributes.get('sluice.integration'), 'acme')
  assert.equal(run.attributes.get('sluice.outcome'), 'succeeded')
  assert.equal(run.resource.get('service.name'), 'copies')
  assert.ok(spans.every(({ traceId }) => traceId === run.traceId))
  const tables = spans.filter(({ name }) => name === 'table run')
  assert.deepEqual(tables.map(({ attributes }) => attributes.get('sluice.stream')).sort(), [
    'customers',
    'products',
  ])
  for (const table of tables) {
    assert.equal(table.parentSpanId, run.spanId)
    assert.equal(table.attributes.get('sluice.status'), 'ok')
    assert.ok(Number(table.attributes.get('sluice.rows')) > 0)
    const path = `GET /v1/${table.attributes.get('sluice.stream')}`
    const requests = spans.filter(({ name }) => name === path)
    assert.equal(requests.length, table.attributes.get('sluice.requests'))
    for (const request of requests) {
      assert.equal(request.parentSpanId, table.spanId)
      assert.equal(request.attributes.get('http.response.status_code'), 200)
      assert.ok(lasts(request) >= 4, 'as long as the answer took')
    }
  }
  const loads = spans.filter(({ name }) => name === 'load')
  const rows = (of: readonly Received[]) =>
    of.reduce((sum, { attributes }) => sum + Number(attributes.get('sluice.rows')), 0)
  assert.ok(loads.length > 0)
  assert.equal(rows(loads), rows(tables))
})

test('the service: the request that asks for a run, the run, and a verification', async () => {
  spans.length = 0
  Object.assign(process.env, env)
  try {
    const tracer = (await openTracer(process.env, assert.fail)) ?? assert.fail()
    await using service = await startService()
    const ctx = { ...service.ctx, tracer }
    const { id } = await service.integration()
    const server = await startServer({ ctx, host: '127.0.0.1', port: 0 })
    const ask = async (path: string, body: unknown, headers: Readonly<Record<string, string>>) => {
      const answer = await fetch(`${server.url}/api/v1${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: server.url, ...headers },
        body: JSON.stringify(body),
      })
      assert.ok(answer.ok, await answer.clone().text())
      return answer
    }
    const person = { email: 'ada@sluice.example', name: 'Ada', password: 'correct horse battery' }
    const { headers } = await ask('/session/sign-up', person, {})
    const cookie = headers.getSetCookie().map((one) => one.split(';', 1)[0])
    const signedIn = { cookie: cookie.join('; ') }
    const worker = await startWorker(ctx, { name: 'tester', concurrency: 1 })
    const trace = 'a'.repeat(32)
    const traceparent = `00-${trace}-${'b'.repeat(16)}-01`
    const asked = await ask(`/integrations/${id}/runs`, {}, { ...signedIn, traceparent })
    const { id: run } = (await asked.json()) as { id: string }
    while ((await getRun(ctx, run)).ended_at === null) await sleep(50)
    const proving = await ask(`/integrations/${id}/verifications`, {}, signedIn)
    const { id: proof } = (await proving.json()) as { id: string }
    while ((await getVerification(ctx, proof)).ended_at === null) await sleep(50)
    await worker.stop(5_000)
    await server[Symbol.asyncDispose]()
    await tracer[Symbol.asyncDispose]()

    const request = only('POST startRun')
    assert.deepEqual([request.traceId, request.parentSpanId], [trace, 'b'.repeat(16)])
    assert.equal(request.attributes.get('http.response.status_code'), 201)
    assert.equal(request.attributes.get('http.route'), '/api/v1/integrations/:id/runs')
    const told = only('run')
    assert.deepEqual(
      told.links?.map(({ traceId, spanId }) => [traceId, spanId]),
      [[trace, request.spanId]],
    )
    assert.deepEqual(
      ['sluice.run.id', 'sluice.run.reason', 'sluice.run.attempt', 'sluice.outcome'].map((name) =>
        told.attributes.get(name),
      ),
      [run, 'person', 1, 'succeeded'],
    )
    const verification = only('verification')
    assert.equal(verification.attributes.get('sluice.verification.id'), proof)
    assert.equal(verification.attributes.get('sluice.outcome'), 'equal')
    const whoAsked = only('POST startVerification')
    assert.deepEqual(
      verification.links?.map(({ traceId, spanId }) => [traceId, spanId]),
      [[whoAsked.traceId, whoAsked.spanId]],
    )
    assert.ok(spans.some(({ name, traceId }) => name === 'table run' && traceId === verification.traceId))
    // Neither keys, nor ids or texts of the customers' objects, nor addresses.
    for (const text of texts) assert.doesNotMatch(text, /rk_test|rk_live|cus_|prod_|@|correct horse|duckdb:/)
  } finally {
    for (const name of Object.keys(env)) delete process.env[name]
  }
})

test('requests that are put off say why, and a sampler leaves traces out', async () => {
  spans.length = 0
  const faults = [{ kind: 'rate_limit', match: '/v1/customers', after: 0, times: 1 }] as const
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off', faults })
  const sync = (more: Readonly<Record<string, string>>) =>
    start(['sync', '--to', 'duckdb:./b.duckdb', '--name', 'b', '--tables', 'customers', '--quiet'], {
      cwd: folder,
      env: { ...env, ...more, STRIPE_API_KEY: sandboxKey, STRIPE_API_BASE: sandbox.url },
    }).finished
  try {
    assert.equal((await sync({})).code, 0)
    const limited = spans.filter(({ attributes }) => attributes.get('http.response.status_code') === 429)
    assert.equal(limited.length, 1)
    assert.equal(limited[0]?.status?.code, 2)
    assert.ok(limited[0]?.attributes.get('sluice.rate_limited_reason'))
    spans.length = 0
    assert.equal((await sync({ OTEL_TRACES_SAMPLER: 'always_off' })).code, 0)
    assert.equal(spans.length, 0)
    const wrong = await sync({ OTEL_TRACES_SAMPLER: 'sometimes' })
    assert.match(wrong.stderr, /OTEL_TRACES_SAMPLER "sometimes" is not known/)
    assert.notEqual(wrong.code, 0)
  } finally {
    await sandbox.close()
  }
})

test('without an endpoint nothing is loaded; one that cannot be used says so', async () => {
  const warn = assert.fail
  for (const off of [
    {},
    { ...env, OTEL_SDK_DISABLED: 'true' },
    { ...env, OTEL_TRACES_EXPORTER: 'none' },
    { OTEL_SERVICE_NAME: 'x' },
  ]) {
    assert.equal(await openTracer(off, warn), undefined)
  }
  for (const wrong of [
    { OTEL_EXPORTER_OTLP_ENDPOINT: 'collector:4317' },
    { ...env, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' },
    { ...env, OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '2' },
  ]) {
    await assert.rejects(openTracer(wrong, warn), ConfigError)
  }
})
