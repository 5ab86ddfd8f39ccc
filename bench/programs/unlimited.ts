/** `sluice sync`, or `verify`, without Stripe's limits: how fast the path itself is, and what it costs. */
import '../../src/app/heap.ts'
import { planSync } from '../../src/app/plan.ts'
import { runSync } from '../../src/app/run-sync.ts'
import { settings } from '../../src/app/settings.ts'
import { runVerify } from '../../src/app/verify.ts'

const {
  url,
  tables,
  file,
  to,
  key,
  what = 'sync',
} = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>
const said = settings(
  {
    name: 'bench',
    to: to ?? `duckdb:./${file}`,
    workDir: `./${file}.work`,
    apiBase: url,
    apiKey: key,
    tables,
  },
  Date.now(),
)
const unlimited = { account: 100_000, endpoint: 100_000, endpoints: {} }
const source = { ...said.source, limits: unlimited, rate: 1 }
await using plan = await planSync({ ...said, source }, (message) => console.error(message))
const options = { signal: new AbortController().signal, report: () => {} }
if (what === 'verify') {
  const report = await runVerify(plan, { ...options, repair: false })
  console.log(JSON.stringify(report))
  process.exitCode = report.status === 'equal' ? 0 : 1
} else {
  const summary = await runSync(plan, options)
  console.log(JSON.stringify(summary))
  process.exitCode = summary.status === 'succeeded' ? 0 : 1
}
