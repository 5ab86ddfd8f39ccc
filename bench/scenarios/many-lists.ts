import { availableParallelism } from 'node:os'
import type { Scenario } from '../figures.ts'
import { cost, limitedNotes, limitedRun, speed } from '../limited.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** The four longest are of about the same length: a single longer one would end alone, at the limit of one. */
const lists = [
  ...['charges', 'invoices', 'payment_intents', 'invoice_payments'],
  // Not payment_methods: without a filter on time it is read page by page, and would end long after the others.
  ...['payouts', 'checkout_sessions', 'customers'],
]

export const manyLists: Scenario = {
  about: `Several large lists together (${lists.join(', ')}) at Stripe's live limits and 300 ms latency, end to end into DuckDB.`,
  async run(options) {
    const objects = options.quick ? 15_000 : 600_000
    await using sandbox = await sandboxProcess(
      { stream: 'charges', objects },
      { latencyMs: 300, rateLimit: 'live' },
    )
    const run = await limitedRun(sandbox, { lists, tables: lists.join(), file: 'many.duckdb' }, options)
    const what = 'together'
    return {
      figures: [...speed(run, what, 10_000, 9_000), ...cost(run, what)],
      notes: [...limitedNotes(run, what), bottleneck(run.cores, run.sandboxCores, run.rate / 10_000)],
      detail: run.detail,
    }
  },
}

/** What held the run up; `share` is how much of the limits it used. */
function bottleneck(client: number, sandbox: number, share: number): string {
  const sum = client + sandbox
  const used = `client and sandbox together used ${sum.toFixed(2)} cores`
  if (share >= 0.9) return `${used}: the limits bound`
  if (sum > 0.9 * availableParallelism()) return `${used}: the processor that they share bound`
  return `${used}, and the limits were not reached: something else held the run up, be it other work on this machine (see its load), the disk, or the path itself`
}
