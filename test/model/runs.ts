/** The runs of a history: each as its step says, and as the history is kept. */
import { partOf } from '../../src/app/part.ts'
import { TransientError } from '../../src/core/errors.ts'
import type { Change, Mode, RunSummary } from '../../src/core/model.ts'
import { resolveStreams, tablesFor } from '../../src/stripe/selection.ts'
import { Died } from '../support/crashing.ts'
import type { RunOptions } from '../support/one-run.ts'
import { replicated } from '../support/replica.ts'
import { happen, type Play } from './happen.ts'
import type { Readings } from './readings.ts'
import { excludedFields, type History, hashFields, type Step } from './steps.ts'

export type RunStep = Extract<Step, { step: 'run' }>

export type Runner = (step: RunStep) => Promise<RunSummary | undefined>

/** As a list with commas. */
const tablesOf = ({ only, selection }: RunStep): string =>
  only === undefined
    ? (selection ?? replicated.join())
    : partOf(resolveStreams(replicated), [only])
        .map(({ name }) => name)
        .join()

/** Runs one after the other; gives undefined where a run ended as its step made it end. */
export function runner(on: Play, history: History, read: Readings): Runner {
  const appended = new Set<string>()
  const isDurable = history.place[0] !== 'memory'

  const modesFor = (step: RunStep): Readonly<Record<string, Mode>> => {
    const { otherwise } = step
    const chosen = tablesOf(step).split(',')
    // From `append` there is no way back.
    const all = Object.entries(history.modes).filter(
      ([table]) => chosen.includes(table) && (otherwise !== 'plain modes' || appended.has(table)),
    )
    for (const [table, mode] of all) if (mode === 'append') appended.add(table)
    return Object.fromEntries(all)
  }

  return async (step) => {
    const { fault, death, meanwhile, flushEvery, clockOff, otherwise } = step
    const selection = tablesOf(step)
    const chosen = (fields: RunOptions['hashFields'] = {}) =>
      Object.fromEntries(Object.entries(fields).filter(([table]) => selection.split(',').includes(table)))
    const hashes = history.hashes !== (otherwise === 'hashes') ? chosen(hashFields) : {}
    const excluded = otherwise === 'a field less' && !history.hashes ? chosen(excludedFields) : {}
    const modes = modesFor(step)
    const changes: Change[] = []
    const happened: Promise<void>[] = []
    let died = false
    // Stripe tells the time in whole seconds: two runs that need to be told are not closer.
    if (clockOff !== undefined) on.advance(2)
    on.sandbox.setFaults(fault ?? '')
    try {
      const { summary } = await on.sync(selection, {
        flushEvery,
        ...(clockOff === undefined ? {} : { clockOff }),
        part: step.only !== undefined,
        modes,
        sweeps: history.sweeps ?? {},
        mostOwed: history.mostOwed,
        deletes: history.deletes === 'mixed' ? step.deletes : history.deletes,
        hashFields: hashes,
        excludeFields: excluded,
        ...(death && (isDurable || death.at !== 'statement') ? { death } : {}),
        onPage: (page) => void changes.push(...page.changes),
        onRequest(count) {
          if (count === meanwhile?.at) happened.push(happen(on, meanwhile.happening))
        },
      })
      return summary
    } catch (error) {
      died = error instanceof Died
      if (died) on.deaths++
      if (!isExpected(error, step)) throw error
      return undefined
    } finally {
      on.sandbox.setFaults('')
      await Promise.all(happened)
      if (clockOff !== undefined) on.advance(2)
      const tables = tablesFor(resolveStreams(selection, undefined, new Map(Object.entries(excluded))))
      const unwatched = isDurable && death !== undefined
      read.take(changes, { modes, died, unwatched, tables, ignoresDeletes: history.deletes === 'ignore' })
    }
  }
}

function isExpected(error: unknown, { fault, death }: RunStep): boolean {
  if (error instanceof Died) return death !== undefined
  return fault !== undefined && (error instanceof TransientError || fault.startsWith('404'))
}
