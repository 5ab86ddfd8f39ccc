import type { Figure, Measured, Scenario, ScenarioOptions } from '../figures.ts'
import { cost, type LimitedRun, limitedNotes, limitedRun, speed } from '../limited.ts'
import { liveKey, measured } from '../measured.ts'
import type { NaiveOptions, NaiveResult } from '../programs/naive.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** Stripe's limit for one endpoint, requests per second. */
const endpointLimit = 25

export const oneList: Scenario = {
  about:
    "One large list at Stripe's live limits (100 requests/s, 25/s per endpoint) and 300 ms latency, end to end into DuckDB; beside it a client that asks for one page after the other. Then invoices with all their lines, where the lines beyond ten are an endpoint of their own.",
  async run(options) {
    const charges = await list({ stream: 'charges', objects: options.quick ? 20_000 : 120_000 }, options)
    const invoices = await list(
      {
        stream: 'invoices',
        objects: options.quick ? 8_000 : 30_000,
        children: { stream: 'invoice_lines', list: 'lines' },
      },
      options,
    )
    return {
      figures: [...charges.figures, ...invoices.figures],
      notes: [...charges.notes, ...invoices.notes],
      detail: { charges: charges.detail, invoices: invoices.detail },
    }
  },
}

interface List {
  readonly stream: string
  readonly objects: number
  readonly children?: { readonly stream: string; readonly list: string }
}

async function list({ stream, objects, children }: List, options: ScenarioOptions): Promise<Measured> {
  await using sandbox = await sandboxProcess({ stream, objects }, { latencyMs: 300, rateLimit: 'live' })
  options.say(`${stream}: replicating`)
  const tables = [stream, ...(children ? [children.stream] : [])].join()
  const run = await limitedRun(sandbox, { lists: [stream], tables, file: `${stream}.duckdb` }, options)
  options.say(`${stream}: the sequential reader`)
  const sequential: NaiveOptions = {
    url: sandbox.url,
    key: liveKey,
    path: `/v1/${stream}`,
    objects: Math.round(objects / (children ? 20 : 12)),
    ...(children && { children: children.list, onlyLong: true }),
  }
  const naive = await measured<NaiveResult>('bench/programs/naive.ts', [JSON.stringify(sequential)], options)
  const naiveRate = naive.said.objects / naive.said.seconds
  const what = children ? `${stream} with ${children.list}` : stream
  return {
    figures: [
      ...(children ? speedWithChildren(run, what) : speed(run, what, endpointLimit * 100, 2_250)),
      ...cost(run, what),
      { what: `${what}: sequential reader's objects per second`, value: naiveRate, unit: '/s' },
      {
        what: `${what}: times the sequential reader`,
        value: run.rate / naiveRate,
        unit: '×',
        target: { is: '≥', value: 6.5 },
      },
    ],
    notes: [
      ...limitedNotes(run, what),
      `the sequential reader read ${naive.said.objects.toLocaleString('en')} objects of the same list${children ? `, and the ${children.list} of those that have more than ten` : ''}, and loaded nothing`,
    ],
    detail: { ...run.detail, naive: naive.said },
  }
}

/** The list is not what binds then: each long list of children is a request of its own, to one endpoint. */
function speedWithChildren(run: LimitedRun, what: string): Figure[] {
  const { endpoint, requests } = run.busiest
  return [
    { what: `${what}: objects per second, whole run`, value: run.rate, unit: '/s' },
    {
      what: `${what}: of the limit that binds (${endpointLimit} requests/s to ${endpoint})`,
      value: (requests / run.seconds / endpointLimit) * 100,
      unit: '%',
      target: { is: '≥', value: 90 },
    },
  ]
}
