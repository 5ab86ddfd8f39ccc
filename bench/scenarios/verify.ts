import type { Figure, Scenario, ScenarioOptions } from '../figures.ts'
import { runUnlimited, verifyUnlimited } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'

/** What is compared: a list that is asked for by time, with children, and one that has no such filter. */
const selections = [
  { stream: 'invoices', tables: 'invoices,invoice_lines' },
  { stream: 'payment_methods', tables: 'payment_methods' },
] as const

export const verify: Scenario = {
  about:
    'A whole warehouse compared with its account, by the million, from a sandbox without limits and latency: invoices with their lines by time of creation, payment methods in the order of their list. Memory must be bounded, and requests as many as those of a full re-read.',
  async run(options) {
    const sizes = options.quick ? [20_000] : options.millions.map((count) => count * 1_000_000)
    const runs = []
    for (const size of sizes) {
      for (const selection of selections) runs.push(await one(size, selection, options))
    }
    return {
      figures: runs.flatMap((run) => run.figures),
      notes: runs.map((run) => run.note),
      detail: Object.fromEntries(runs.map((run) => [run.name, run.detail])),
    }
  },
}

async function one(size: number, { stream, tables }: (typeof selections)[number], options: ScenarioOptions) {
  const name = `${size.toLocaleString('en')} ${stream}`
  options.say(name)
  await using sandbox = await sandboxProcess({ stream, objects: size }, { latencyMs: 0, rateLimit: 'off' })
  const args = { url: sandbox.url, tables, file: `${stream}-${size}.duckdb` }
  const { said: read } = await runUnlimited(args, options)
  if (read.status !== 'succeeded') throw new Error(`the sync ended as ${JSON.stringify(read)}`)
  await sandbox.reset()
  const { usage, said } = await verifyUnlimited(args, options)
  const { stats } = await sandbox.state()
  const rows = said.tables.reduce((sum, table) => sum + table.rows.warehouse, 0)
  const objects = said.tables.find((table) => table.stream === stream)?.rows.source ?? 0
  const wrong = said.tables.find(({ status }) => status !== 'equal')
  if (wrong || objects < size / 2) throw new Error(`the comparison ended as ${JSON.stringify(said)}`)
  const what = (figure: string) => `${name}: ${figure}`
  const figures: Figure[] = [
    { what: what('peak memory'), value: usage.peakMb, unit: 'MB', target: { is: '<', value: 640 } },
    { what: what('requests per million objects'), value: (stats.requests / objects) * 1e6, unit: '' },
    {
      what: what('requests, to those of a full re-read'),
      value: stats.requests / read.requests,
      unit: '×',
      target: { is: '≤', value: 1.1 },
    },
    { what: what('seconds'), value: said.seconds, unit: 's' },
    { what: what('rows per second'), value: rows / said.seconds, unit: '/s' },
    { what: what("client's CPU per million rows"), value: (usage.cpuSeconds / rows) * 1e6, unit: 's' },
  ]
  return {
    name,
    figures,
    note: `${name}: ${rows.toLocaleString('en')} rows compared in ${said.seconds} s; the sync before took ${read.seconds} s and ${read.requests} requests`,
    detail: {
      report: said,
      usage: { ...usage, samples: usage.samples.filter((_, at) => at % 20 === 0) },
      sandbox: stats,
    },
  }
}
