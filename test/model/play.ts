/** Plays a history and says what is wrong at its end; the model is the sandbox's own store, and what is promised. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import type { RunSummary } from '../../src/core/model.ts'
import { replica, replicaKey, replicated } from '../support/replica.ts'
import { smallWorld } from '../support/small-world.ts'
import { happen, type Play } from './happen.ts'
import { broken, contents, isReadAnew, keysOf, mended } from './holds.ts'
import { readings } from './readings.ts'
import { type Runner, type RunStep, runner } from './runs.ts'
import type { History, Step } from './steps.ts'

const day = 86_400
/** Milliseconds by which every third event is late: less than the ten minutes that runs read back. */
const habits = { lateEvents: 500_000, lateEvery: 3, duplicateEvery: 4 }

/** A run of everything that nothing disturbs. */
const undisturbed: RunStep = { step: 'run', flushEvery: 5_000, deletes: 'soft' }

/**
 * Throws when after the history, and one undisturbed run of everything a day later, a table does not hold what is
 * promised of it, or when yet another run changes a row. Gives how often the process died.
 */
export async function play(history: History): Promise<number> {
  const {
    primed,
    place: [kept, most],
    steps,
    modes,
  } = history
  const made = await replica({ ...habits, world: smallWorld(most) }, kept)
  const on: Play = {
    ...made,
    lost: new Set(),
    gone: new Set(),
    made: [],
    payments: [],
    coupons: [],
    lines: new Map(),
    deaths: 0,
  }
  const promised = { ...history, readings: readings(Object.keys(modes)), keys: new Map() }
  const run = runner(on, history, promised.readings)
  const whole = async () => {
    const summary = await run(undisturbed)
    assert.ok(summary)
    assert.equal(describe(summary), '')
    return summary
  }
  try {
    const missing = new Set<string>()
    if (primed) {
      await whole()
      for (const stream of replicated) promised.keys.set(stream, await keysOf(on, stream))
    }
    for (const step of steps) await take(on, step, missing, run)
    allow(on, new Set())
    // Late events can be seen by then, and sweeps are due.
    on.advance(day + 60)
    await whole()
    assert.deepEqual(await broken(on, promised, { carriedOn: true }), [])
    const anew = replicated.filter((stream) => isReadAnew(stream, modes))
    const others = replicated.filter((stream) => !anew.includes(stream))
    const before = await contents(on, others)
    const again = await whole()
    const changed = again.tables.filter(
      ({ stream, rows, deleted }) => rows + deleted > 0 && !anew.some((one) => one === stream),
    )
    assert.deepEqual(changed, [], 'a run without changes')
    assert.ok(isDeepStrictEqual(await contents(on, others), before), 'a run without changes changed rows')
    assert.deepEqual(await broken(on, promised, { streams: anew }), [])
    assert.deepEqual(await mended(on, promised), [])
    return on.deaths
  } finally {
    await on.close()
  }
}

const describe = ({ status, tables }: RunSummary) =>
  status === 'succeeded'
    ? ''
    : tables
        .filter((table) => table.status !== 'ok')
        .map(({ stream, reason }) => `${stream}: ${reason}`)
        .join('\n')

function allow(on: Play, missing: ReadonlySet<string>): void {
  const all = on.sandbox.account.catalog.streams.flatMap(({ permission }) => permission ?? [])
  const kept = [...new Set(all)].filter((permission) => !missing.has(permission))
  on.sandbox.setKey(replicaKey, { permissions: missing.size === 0 ? 'all' : kept })
}

async function take(on: Play, step: Step, missing: Set<string>, run: Runner): Promise<void> {
  switch (step.step) {
    case 'happening':
      return happen(on, step.happening)
    case 'wait':
      return on.advance(step.seconds)
    case 'lose permission':
      missing.add(step.permission)
      return allow(on, missing)
    case 'regain permissions':
      missing.clear()
      return allow(on, missing)
    case 'run':
      await run(step)
  }
}
