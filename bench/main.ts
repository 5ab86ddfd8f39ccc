/**
 * `npm run bench -- [scenario…] [--quick] [--millions 1,5] [--json] [--profile]`: see docs/performance.md.
 * Runs the scenarios one after the other and writes bench/results.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { met, rounded, type Scenario } from './figures.ts'
import { machine } from './machine.ts'
import { type Result, writeResult } from './results.ts'
import { changes } from './scenarios/changes.ts'
import { invoiceLines } from './scenarios/invoice-lines.ts'
import { kill } from './scenarios/kill.ts'
import { manyLists } from './scenarios/many-lists.ts'
import { memory } from './scenarios/memory.ts'
import { oneList } from './scenarios/one-list.ts'
import { parquet } from './scenarios/parquet.ts'
import { postgres } from './scenarios/postgres.ts'
import { rerun } from './scenarios/rerun.ts'
import { service } from './scenarios/service.ts'
import { startup } from './scenarios/startup.ts'
import { verify } from './scenarios/verify.ts'
import { web } from './scenarios/web.ts'

const scenarios: Readonly<Record<string, Scenario>> = {
  startup,
  service,
  'invoice-lines': invoiceLines,
  parquet,
  'one-list': oneList,
  'many-lists': manyLists,
  rerun,
  kill,
  changes,
  postgres,
  memory,
  verify,
  web,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    /** Sizes of `memory` and `verify`, in millions; the smallest is that of `parquet`, the largest that of `changes`. */
    millions: { type: 'string', default: '1,5' },
    json: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
  },
})
const unknown = positionals.filter((name) => scenarios[name] === undefined)
if (unknown.length > 0) {
  console.error(`bench: no scenario ${unknown.join(', ')}; there are ${Object.keys(scenarios).join(', ')}`)
  process.exit(2)
}

const results: Result[] = []
const say = (line: string) => void (values.json ? process.stderr : process.stdout).write(`${line}\n`)
for (const name of positionals.length > 0 ? positionals : Object.keys(scenarios)) {
  const scenario = scenarios[name]
  if (scenario === undefined) continue
  say(`${name}: ${scenario.about}`)
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'))
  const profiles = values.profile ? join(tmpdir(), `sluice-profiles-${name}`) : undefined
  try {
    const facts = machine()
    const measured = await scenario.run({
      quick: values.quick,
      millions: values.millions.split(',').map(Number),
      folder,
      profiles,
      say: (line) => say(`  ${line}`),
    })
    const result = { scenario: name, about: scenario.about, machine: facts, ...measured }
    results.push(result)
    // A profiled client is slower, and a small size says little: such figures are no results.
    if (profiles === undefined && !values.quick) writeResult(result)
    if (profiles !== undefined) say(`  profiles are in ${profiles}`)
    for (const figure of measured.figures) {
      const { what, value, unit, target } = figure
      const asked =
        target === undefined ? '' : `  (${target.is} ${target.value}: ${met(figure) ? 'met' : 'MISSED'})`
      say(`  ${what}: ${rounded(value)} ${unit}${asked}`)
    }
    for (const note of measured.notes) say(`  - ${note}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
if (values.json) console.log(JSON.stringify(results))
