/** `sluice sync` without Stripe's limits: how fast the path itself is, and what it costs. */
import { planSync } from '../../src/app/plan.ts'
import { runSync } from '../../src/app/run-sync.ts'
import { settings } from '../../src/app/settings.ts'

const { url, tables, file, to, key } = JSON.parse(process.argv[2] ?? '{}') as Record<string, string>
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
const summary = await runSync(plan, { signal: new AbortController().signal, report: () => {} })
console.log(JSON.stringify(summary))
process.exitCode = summary.status === 'succeeded' ? 0 : 1
