import type { Measured, Scenario, ScenarioOptions } from '../figures.ts'
import { limitedFigures, limitedNotes, limitedRun } from '../limited.ts'
import { liveKey, measured } from '../measured.ts'
import type { NaiveOptions, NaiveResult } from '../programs/naive.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** Stripe's limit for one endpoint. */
const limit = { requests: 25, target: 2_250 }

export const oneList: Scenario = {
  about:
    "One large list at Stripe's live limits (100 requests/s, 25/s per endpoint) and 300 ms latency, end to end into DuckDB; beside it a client that asks for one page after the other.",
  async run(options) {
    const charges = await list('charges', 'charges', options)
    const invoices = await list('invoices', 'invoices,invoice_lines', options)
    return {
      figures: [...charges.figures, ...invoices.figures],
      notes: [...charges.notes, ...invoices.notes],
      detail: { charges: charges.detail, invoices: invoices.detail },
    }
  },
}

async function list(stream: string, tables: string, options: ScenarioOptions): Promise<Measured> {
  const objects = options.quick ? 20_000 : 120_000
  await using sandbox = await sandboxProcess({ stream, objects }, { latencyMs: 300, rateLimit: 'live' })
  options.say(`${stream}: replicating`)
  const run = await limitedRun(sandbox, { lists: [stream], tables, file: `${stream}.duckdb` }, options)
  options.say(`${stream}: the sequential reader`)
  const sequential: NaiveOptions = {
    url: sandbox.url,
    key: liveKey,
    path: `/v1/${stream}`,
    objects: options.quick ? 2_000 : 10_000,
  }
  const naive = await measured<NaiveResult>('bench/programs/naive.ts', [JSON.stringify(sequential)], options)
  const naiveRate = naive.said.objects / naive.said.seconds
  return {
    figures: [
      ...limitedFigures(run, stream, limit),
      { what: `${stream}: sequential reader's objects per second`, value: naiveRate, unit: '/s' },
      {
        what: `${stream}: times the sequential reader`,
        value: run.rate / naiveRate,
        unit: '×',
        target: { is: '≥', value: 6.5 },
      },
    ],
    notes: [
      ...limitedNotes(run, stream),
      `the sequential reader read the first ${naive.said.objects.toLocaleString('en')} objects of the same list and loaded nothing`,
    ],
    detail: { ...run.detail, naive: naive.said },
  }
}
