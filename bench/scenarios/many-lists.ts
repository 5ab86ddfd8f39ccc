import type { Scenario } from '../figures.ts'
import { cost, limitedNotes, limitedRun, speed } from '../limited.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** The four longest are of about the same length: a single longer one would end alone, at the limit of one. */
const lists = [
  ...['charges', 'invoices', 'payment_intents', 'invoice_payments'],
  ...['payouts', 'checkout_sessions', 'payment_methods', 'customers'],
]

export const manyLists: Scenario = {
  about: `Several large lists together (${lists.join(', ')}) at Stripe's live limits and 300 ms latency, end to end into DuckDB.`,
  async run(options) {
    const objects = options.quick ? 15_000 : 100_000
    await using sandbox = await sandboxProcess(
      { stream: 'charges', objects },
      { latencyMs: 300, rateLimit: 'live' },
    )
    const run = await limitedRun(sandbox, { lists, tables: lists.join(), file: 'many.duckdb' }, options)
    const what = 'together'
    return {
      figures: [...speed(run, what, 10_000, 9_000), ...cost(run, what)],
      notes: [...limitedNotes(run, what), bottleneck(run.cores, run.sandboxCores)],
      detail: run.detail,
    }
  },
}

function bottleneck(client: number, sandbox: number): string {
  const sum = client + sandbox
  return sum > 1.8
    ? `client and sandbox together used ${sum.toFixed(2)} cores: on a machine of two, the processor they share bound as well`
    : `client and sandbox together used ${sum.toFixed(2)} cores: the limits bound, not the processor`
}
