/**
 * A sync that writes after every page, and kills itself (SIGKILL) at a chosen moment:
 * `eager-sync.ts <file> <tables> [<moment> <count> [<milliseconds>]]`, with the key and the API's address in the
 * environment. The moments are those of `Death` that concern loads, and `within`: so long after the so-many-th
 * load began, which is while it is staged, merged or committed. Loads of checkpoints alone are not counted.
 */
import { randomUUID } from 'node:crypto'
import { planSync } from '../../src/app/plan.ts'
import { settings } from '../../src/app/settings.ts'
import type { Destination } from '../../src/core/model.ts'
import { sync } from '../../src/core/sync.ts'

export type Moment = 'load' | 'loaded' | 'within'

const [, , file = '', tables = '', moment, count = '1', milliseconds = '0'] = process.argv
const { STRIPE_API_KEY: apiKey = '', STRIPE_API_BASE: apiBase = '' } = process.env

const die = () => void process.kill(process.pid, 'SIGKILL')

/** The destination, in whose loads the process dies. */
function deadly(destination: Destination): Destination {
  let loads = 0
  return {
    ...destination,
    async open(address, options) {
      const warehouse = await destination.open(address, options)
      return {
        ...warehouse,
        async load(load) {
          if (load.batches.length > 0) loads++
          const isTime = load.batches.length > 0 && loads === Number(count)
          if (isTime && moment === 'load') die()
          if (isTime && moment === 'within') setTimeout(die, Number(milliseconds))
          const receipt = await warehouse.load(load)
          if (isTime && moment === 'loaded') die()
          return receipt
        },
      }
    },
  }
}

const said = { name: 'acme', to: `duckdb:${file}`, tables, apiKey, apiBase, rate: '100%' }
const chosen = settings(said, Date.now())
await using plan = await planSync(chosen, () => {})
const summary = await sync({
  source: plan.source,
  destination: deadly(plan.destination),
  address: chosen.to,
  integration: chosen.name,
  streams: plan.streams,
  workDir: chosen.workDir,
  clock: Date.now,
  newId: randomUUID,
  signal: new AbortController().signal,
  report: () => {},
  flushEvery: 1,
})
process.exitCode = summary.status === 'succeeded' ? 0 : 1
