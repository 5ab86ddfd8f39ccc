import { join } from 'node:path'
import { mustAgree } from '../compare.ts'
import type { Figure, Scenario, ScenarioOptions } from '../figures.ts'
import { runUnlimited } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'

const tables = 'invoices,invoice_lines'

export const memory: Scenario = {
  about:
    'Invoices with their lines, by the million, from a sandbox without limits and latency: memory must not grow with the number of rows; and what the path costs when nothing holds it up.',
  async run(options) {
    const sizes = options.quick ? [50_000, 200_000] : options.millions.map((count) => count * 1_000_000)
    const runs = []
    for (const size of sizes) runs.push(await one(size, options))
    const [small, large] = runs
    return {
      figures: [
        ...runs.flatMap((run) => run.figures),
        ...(small && large ? [growth(small.peakMb, large.peakMb)] : []),
      ],
      notes: runs.flatMap((run) => run.notes),
      detail: Object.fromEntries(runs.map((run) => [run.size, run.detail])),
    }
  },
}

const growth = (small: number, large: number): Figure => ({
  what: 'peak memory, the larger to the smaller',
  value: large / small,
  unit: '×',
  target: { is: '≤', value: 1.15 },
})

async function one(size: number, options: ScenarioOptions) {
  options.say(`${size.toLocaleString('en')} invoices`)
  await using sandbox = await sandboxProcess(
    { stream: 'invoices', objects: size },
    { latencyMs: 0, rateLimit: 'off' },
  )
  const before = await sandbox.reset()
  const { usage, said } = await runUnlimited({ url: sandbox.url, tables, file: `${size}.duckdb` }, options)
  const after = await sandbox.state()
  if (said.status !== 'succeeded') throw new Error(`the sync ended as ${JSON.stringify(said)}`)
  const compared = await mustAgree(sandbox, join(options.folder, `${size}.duckdb`), [
    'invoices',
    'invoice_lines<invoices',
  ])
  const [invoices = 0, lines = 0] = compared.map(({ rows }) => rows)
  const sandboxCpu = after.cpuSeconds - before.cpuSeconds
  const million = (seconds: number) => (seconds / (invoices + lines)) * 1_000_000
  const what = (figure: string) => `${size.toLocaleString('en')} invoices: ${figure}`
  const figures: Figure[] = [
    { what: what('peak memory'), value: usage.peakMb, unit: 'MB', target: { is: '<', value: 640 } },
    { what: what('invoices per second'), value: invoices / said.seconds, unit: '/s' },
    { what: what('rows per second'), value: (invoices + lines) / said.seconds, unit: '/s' },
    {
      what: what("client's CPU per million invoices with lines"),
      value: (usage.cpuSeconds / invoices) * 1e6,
      unit: 's',
    },
    { what: what("client's CPU per million rows"), value: million(usage.cpuSeconds), unit: 's' },
    { what: what("client's processor use"), value: usage.cpuSeconds / usage.seconds, unit: 'cores' },
    { what: what("sandbox's processor use"), value: sandboxCpu / usage.seconds, unit: 'cores' },
  ]
  const quarters = [0.25, 0.5, 0.75, 1].map((share) => {
    const until = usage.samples.slice(0, Math.ceil(usage.samples.length * share))
    const from = Math.floor(usage.samples.length * (share - 0.25))
    return Math.max(0, ...until.slice(from).map(([, mb]) => mb))
  })
  return {
    size,
    peakMb: usage.peakMb,
    figures,
    notes: [
      `${invoices.toLocaleString('en')} invoices with ${lines.toLocaleString('en')} lines in ${said.seconds} s; most memory in each quarter of the run: ${quarters.join(', ')} MB`,
    ],
    detail: {
      summary: said,
      usage: { ...usage, samples: thinned(usage.samples) },
      sandbox: { ...after.stats, cpuSeconds: sandboxCpu },
    },
  }
}

/** At most 200 of them: enough to draw. */
function thinned<T>(samples: readonly T[]): readonly T[] {
  const every = Math.ceil(samples.length / 200)
  return samples.filter((_, index) => index % every === 0)
}
