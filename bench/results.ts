/** Results as files: one JSON object per scenario, and one table of them all for people. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type Figure, type Measured, met, rounded } from './figures.ts'
import type { Machine } from './machine.ts'

const folder = new URL('./results/', import.meta.url).pathname

export interface Result extends Measured {
  readonly scenario: string
  readonly about: string
  readonly machine: Machine
}

/** Writes the result, and the table of all results anew. */
export function writeResult(result: Result): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    `${folder}${result.scenario}.json`,
    `${JSON.stringify(result, null, 1).replace(pairs, flat)}\n`,
  )
  const all = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as Result)
  writeFileSync(`${folder}README.md`, tables(all))
}

/** Arrays of numbers stay on one line: samples would else fill a thousand. */
const pairs = /\[\s+(?:-?[\d.]+,?\s+)+\]/g
const flat = (text: string) => text.replace(/\s+/g, ' ')

function tables(results: readonly Result[]): string {
  const parts = results.map(({ scenario, about, machine, figures, notes }) =>
    [
      `## ${scenario}`,
      '',
      about,
      '',
      '| figure | measured | asked for | |',
      '|---|---:|---:|---|',
      ...figures.map(row),
      '',
      ...notes.map((note) => `- ${note}`),
      `- ${machine.date.slice(0, 16).replace('T', ' ')} UTC, commit ${machine.commit}, ${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.kernel}, Node ${machine.node}; load before the run ${machine.loadBefore}`,
      '',
    ].join('\n'),
  )
  return `# Results\n\nWritten by \`npm run bench\`; see docs/performance.md.\n\n${parts.join('\n')}`
}

function row(figure: Figure): string {
  const { what, value, unit, target } = figure
  const asked = target === undefined ? '' : `${target.is} ${target.value.toLocaleString('en')} ${unit}`
  const verdict = target === undefined ? '' : met(figure) ? 'met' : '**missed**'
  return `| ${what} | ${rounded(value).toLocaleString('en', { maximumFractionDigits: 4 })} ${unit} | ${asked} | ${verdict} |`
}
