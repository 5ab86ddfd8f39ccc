/**
 * Any history of an account and of the one who follows it ends in the same rows: changes, lost and late events, faults,
 * deaths of the process, pauses, permissions, other selections. `SLUICE_SEQUENCES` says how many histories,
 * `SLUICE_SEED` (and `SLUICE_PATH`, as the failure tells it) repeats them, `SLUICE_SHRINK=1` looks for a shorter history
 * that fails, too; `npm run test:slow` plays thousands.
 */
import { after, test } from 'node:test'
import fc from 'fast-check'
import { stopDatabases } from '../support/databases.ts'
import { play } from './play.ts'
import { history } from './steps.ts'

const sequences = Number(process.env.SLUICE_SEQUENCES ?? 20)
const seed = Number(process.env.SLUICE_SEED ?? 20_261_123)
const path = process.env.SLUICE_PATH

after(stopDatabases)

// As long as it takes where others need the processors: what is shown depends on no time.
const timeout = 60_000 + sequences * 30_000

test(`${sequences} histories, seed ${seed}: the warehouse equals the sandbox, object by object`, {
  timeout,
}, async (context) => {
  context.diagnostic(`SLUICE_SEQUENCES=${sequences} SLUICE_SEED=${seed}`)
  await fc.assert(
    fc.asyncProperty(history, async (history) => void (await play(history))),
    {
      numRuns: sequences,
      seed,
      // The whole history is told; looking for a shorter one takes minutes.
      endOnFailure: process.env.SLUICE_SHRINK === undefined,
      ...(path === undefined ? {} : { path }),
    },
  )
})
