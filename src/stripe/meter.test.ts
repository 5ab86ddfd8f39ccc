import assert from 'node:assert/strict'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { BudgetError, ConfigError } from '../core/errors.ts'
import { type Clock, systemClock } from './clock.ts'
import { type MeterOptions, readMeter } from './meter.ts'
import { call, page, quickClient, wireServer } from './testing/wireServer.ts'

const today = Date.parse('2026-11-23T12:00:00Z')

/** The real clock, on another day. */
const on = (wall: number): Clock => ({ ...systemClock, wall: () => wall })

async function withDir(work: (dir: string) => Promise<void>) {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-meter-'))
  try {
    await work(join(dir, 'work'))
  } finally {
    await rm(dir, { recursive: true })
  }
}

async function counted(options: MeterOptions, account: string, reads: number) {
  const meter = readMeter(options)
  for (let i = 0; i < reads; i++) meter.count()
  await meter.belongsTo(account)
  await meter.close()
  return meter
}

test('reads are added up over runs, by account, and the file is whole', () =>
  withDir(async (dir) => {
    const clock = on(today)
    await counted({ dir, clock }, 'acct_1', 3)
    await counted({ dir, clock }, 'acct_2', 10)
    const meter = await counted({ dir, clock }, 'acct_1', 4)
    assert.equal(await meter.total(), 7)
    meter.count()
    assert.equal(await meter.total(), 8, 'what is not written yet counts')
    await meter.close()
    assert.deepEqual(JSON.parse(await readFile(join(dir, 'reads.json'), 'utf8')), {
      acct_1: { '2026-11-23': 8 },
      acct_2: { '2026-11-23': 10 },
    })
    assert.deepEqual(await readdir(dir), ['reads.json'], 'nothing else is left behind')
  }))

test('processes that write at the same time lose nothing', () =>
  withDir(async (dir) => {
    await Promise.all(
      Array.from({ length: 12 }, (_, i) => counted({ dir, clock: on(today) }, 'acct_1', i + 1)),
    )
    const meter = await counted({ dir, clock: on(today) }, 'acct_1', 0)
    assert.equal(await meter.total(), 78)
  }))

test('what is counted is written while the run goes on', () =>
  withDir(async (dir) => {
    const waits: number[] = []
    const after: Clock['after'] = (ms, run) => {
      waits.push(ms)
      return systemClock.after(ms / 1_000, run)
    }
    const meter = readMeter({ dir, clock: { ...on(today), after } })
    meter.belongsTo('acct_1')
    for (let i = 0; i < 20; i++) meter.count()
    const written = () => readFile(join(dir, 'reads.json'), 'utf8').catch(() => '')
    while ((await written()) === '') await new Promise((resolve) => setTimeout(resolve, 5))
    assert.deepEqual(JSON.parse(await written()), { acct_1: { '2026-11-23': 20 } })
    assert.deepEqual(waits, [5_000], 'once for all twenty')
    await meter.close()
  }))

test('what is older than 30 days is forgotten', () =>
  withDir(async (dir) => {
    const day = 86_400_000
    await counted({ dir, clock: on(today - 30 * day) }, 'acct_1', 5)
    await counted({ dir, clock: on(today - 29 * day) }, 'acct_1', 2)
    const meter = await counted({ dir, clock: on(today) }, 'acct_1', 1)
    assert.equal(await meter.total(), 3)
    assert.deepEqual(JSON.parse(await readFile(join(dir, 'reads.json'), 'utf8')), {
      acct_1: { '2026-10-25': 2, '2026-11-23': 1 },
    })
  }))

test('a file that is something else is left alone, told of once, and stops nothing', () =>
  withDir(async (dir) => {
    await counted({ dir, clock: on(today) }, 'acct_1', 1)
    const file = join(dir, 'reads.json')
    await writeFile(file, '[1]')
    const problems: string[] = []
    const meter = await counted(
      { dir, clock: on(today), onProblem: (message) => problems.push(message) },
      'acct_1',
      2,
    )
    assert.equal(await meter.total(), 2)
    assert.equal(problems.length, 1)
    assert.match(problems[0] ?? '', /not a read meter's file/)
    assert.equal(await readFile(file, 'utf8'), '[1]')
    await rm(file)
    await meter.close()
    assert.equal(await meter.total(), 2, 'kept until it can be written')
  }))

test('a client counts every attempt', () =>
  withDir(async (dir) => {
    await using server = await wireServer((response) => response.writeHead(500).end(), page())
    const meter = readMeter({ dir })
    await using api = quickClient(server.base, { meter })
    await api.list('/v1/invoices', {}, call)
    await meter.belongsTo('acct_1')
    await meter.close()
    assert.equal(await meter.total(), 2)
  }))

test('with a limit, what others and earlier runs have read counts, and what is older does not', () =>
  withDir(async (dir) => {
    const old = on(today - 30 * 86_400_000)
    await counted({ dir, clock: old }, 'acct_1', 100)
    await counted({ dir, clock: on(today) }, 'acct_2', 100)
    await counted({ dir, clock: on(today) }, 'acct_1', 3)
    await using meter = readMeter({ dir, clock: on(today), limit: 6 })
    meter.count()
    await meter.belongsTo('acct_1')
    meter.count()
    await counted({ dir, clock: on(today) }, 'acct_1', 1)
    // It learns of the other process when it writes.
    await meter.close()
    assert.throws(() => meter.count(), BudgetError)
    assert.throws(() => meter.count(), /limit of 6 reads/)
    assert.equal(await meter.total(), 6, 'what is refused is not counted')
  }))

test('a read that is made while others are written counts', () =>
  withDir(async (dir) => {
    await using meter = readMeter({ dir, clock: on(today), limit: 3 })
    await meter.belongsTo('acct_1')
    meter.count()
    const writing = meter.close()
    await new Promise((resolve) => setImmediate(resolve))
    meter.count()
    await writing
    meter.count()
    assert.throws(() => meter.count(), BudgetError)
  }))

test('a limit that cannot be kept is told at once', () =>
  withDir(async (dir) => {
    await counted({ dir, clock: on(today) }, 'acct_1', 1)
    await writeFile(join(dir, 'reads.json'), 'nonsense')
    await using meter = readMeter({ dir, clock: on(today), limit: 5 })
    await assert.rejects(meter.belongsTo('acct_1'), ConfigError)
  }))

test('a client sends nothing once its limit is reached', () =>
  withDir(async (dir) => {
    await using server = await wireServer(page())
    await using meter = readMeter({ dir, limit: 3 })
    await using api = quickClient(server.base, { meter })
    const answers = await Promise.allSettled(
      Array.from({ length: 10 }, () => api.list('/v1/invoices', {}, call)),
    )
    const refused = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []))
    assert.equal(server.asked.length, 3)
    assert.equal(refused.length, 7)
    for (const error of refused) assert.ok(error instanceof BudgetError)
    assert.equal(api.stats().requests, 3)
  }))
