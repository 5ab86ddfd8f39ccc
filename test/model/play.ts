/** Plays a history and says what is wrong at its end; the model is the sandbox's own store, and what is promised. */
import assert from 'node:assert/strict'
import { isDeepStrictEqual } from 'node:util'
import { TransientError } from '../../src/core/errors.ts'
import type { Change, Mode, RunSummary } from '../../src/core/model.ts'
import { resolveStreams, tablesFor } from '../../src/stripe/selection.ts'
import { Died } from '../support/crashing.ts'
import type { RunOptions } from '../support/one-run.ts'
import { replica, replicaKey, replicated } from '../support/replica.ts'
import { smallWorld } from '../support/small-world.ts'
import { happen, type Play } from './happen.ts'
import { broken, contents, isReadAnew, keysOf } from './holds.ts'
import { readings } from './readings.ts'
import { excludedFields, type History, hashFields, type Step } from './steps.ts'

const day = 86_400
/** Milliseconds by which every third event is late: less than the ten minutes that runs read back. */
const habits = { lateEvents: 500_000, lateEvery: 3, duplicateEvery: 4 }

type RunStep = Extract<Step, { step: 'run' }>

/** A run of everything that nothing disturbs. */
const undisturbed: RunStep = { step: 'run', flushEvery: 5_000, deletes: 'soft' }

/**
 * Throws when after the history, and one undisturbed run of everything a day later, a table does not hold what is
 * promised of it, or when yet another run changes a row.
 */
export async function play(history: History): Promise<void> {
  const { primed, kept, most, steps, modes } = history
  const made = await replica({ ...habits, world: smallWorld(most) }, kept)
  const on: Play = {
    ...made,
    lost: new Set(),
    gone: new Set(),
    made: [],
    payments: [],
    coupons: [],
    lines: new Map(),
  }
  const promised = { ...history, readings: readings(Object.keys(modes)), keys: new Map() }
  const runs = runner(on, history, promised.readings)
  const whole = async () => {
    const summary = await runs(undisturbed)
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
    for (const step of steps) await take(on, step, missing, runs)
    allow(on, new Set())
    // Late events can be seen by then, and sweeps are due.
    on.advance(day + 60)
    await whole()
    assert.deepEqual(await broken(on, promised), [])
    const anew = replicated.filter((stream) => isReadAnew(stream, modes))
    const others = replicated.filter((stream) => !anew.includes(stream))
    const before = await contents(on, others)
    const again = await whole()
    const changed = again.tables.filter(
      ({ stream, rows, deleted }) => rows + deleted > 0 && !anew.some((one) => one === stream),
    )
    assert.deepEqual(changed, [], 'a run without changes')
    assert.ok(isDeepStrictEqual(await contents(on, others), before), 'a run without changes changed rows')
    assert.deepEqual(await broken(on, promised, anew), [])
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

type Runner = (step: RunStep) => Promise<RunSummary | undefined>

/** Runs one after the other; gives undefined where a run ended as its step made it end. */
function runner(on: Play, history: History, read: ReturnType<typeof readings>): Runner {
  const appended = new Set<string>()

  const modesFor = ({ selection, otherwise }: RunStep): Readonly<Record<string, Mode>> => {
    const chosen = (selection ?? replicated.join()).split(',')
    // From `append` there is no way back.
    const all = Object.entries(history.modes).filter(
      ([table]) => chosen.includes(table) && (otherwise !== 'plain modes' || appended.has(table)),
    )
    for (const [table, mode] of all) if (mode === 'append') appended.add(table)
    return Object.fromEntries(all)
  }

  return async (step) => {
    const { selection = replicated.join(), fault, death, meanwhile, flushEvery, otherwise } = step
    const chosen = (fields: RunOptions['hashFields'] = {}) =>
      Object.fromEntries(Object.entries(fields).filter(([table]) => selection.split(',').includes(table)))
    const hashes = history.hashes !== (otherwise === 'hashes') ? chosen(hashFields) : {}
    const excluded = otherwise === 'a field less' && !history.hashes ? chosen(excludedFields) : {}
    const modes = modesFor(step)
    const changes: Change[] = []
    const happened: Promise<void>[] = []
    let died = false
    on.sandbox.setFaults(fault ?? '')
    try {
      const { summary } = await on.sync(selection, {
        flushEvery,
        modes,
        deletes: history.deletes === 'mixed' ? step.deletes : history.deletes,
        hashFields: hashes,
        excludeFields: excluded,
        ...(death && (history.kept === 'duckdb' || death.at !== 'statement') ? { death } : {}),
        onPage: (page) => void changes.push(...page.changes),
        onRequest(count) {
          if (count === meanwhile?.at) happened.push(happen(on, meanwhile.happening))
        },
      })
      return summary
    } catch (error) {
      died = error instanceof Died
      if (!isExpected(error, step)) throw error
      return undefined
    } finally {
      on.sandbox.setFaults('')
      await Promise.all(happened)
      const tables = tablesFor(resolveStreams(selection, undefined, new Map(Object.entries(excluded))))
      const unwatched = history.kept === 'duckdb' && death !== undefined
      read.take(changes, { modes, died, unwatched, tables, ignoresDeletes: history.deletes === 'ignore' })
    }
  }
}

function isExpected(error: unknown, { fault, death }: RunStep): boolean {
  if (error instanceof Died) return death !== undefined
  return fault !== undefined && (error instanceof TransientError || fault.startsWith('404'))
}
