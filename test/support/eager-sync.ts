/**
 * A sync that writes what it has read every now and then, so that a kill finds it between and within loads:
 * `eager-sync.ts <file> <tables>`, with the key and the API's address in the environment.
 */
import { randomUUID } from 'node:crypto'
import { planSync } from '../../src/app/plan.ts'
import { settings } from '../../src/app/settings.ts'
import { sync } from '../../src/core/sync.ts'

const [, , file = '', tables = ''] = process.argv
const { STRIPE_API_KEY: apiKey = '', STRIPE_API_BASE: apiBase = '' } = process.env
const said = { name: 'acme', to: `duckdb:${file}`, tables, apiKey, apiBase, rate: '100%' }
const chosen = settings(said, Date.now())
await using plan = await planSync(chosen, () => {})
const summary = await sync({
  source: plan.source,
  destination: plan.destination,
  address: chosen.to,
  integration: chosen.name,
  streams: plan.streams,
  workDir: chosen.workDir,
  clock: Date.now,
  newId: randomUUID,
  signal: new AbortController().signal,
  report: () => {},
  flushEvery: 150,
})
process.exitCode = summary.status === 'succeeded' ? 0 : 1
