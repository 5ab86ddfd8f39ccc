import { spawnSync } from 'node:child_process'
import type { Scenario } from '../figures.ts'

const launcher = new URL('../../bin/sluice', import.meta.url).pathname

export const startup: Scenario = {
  about: 'Wall time of the launcher for commands that do nothing else: the median of ten.',
  async run() {
    const help = times('--help')
    const version = times('--version')
    return {
      figures: [
        { what: 'bin/sluice --help', value: median(help), unit: 'ms', target: { is: '<', value: 300 } },
        { what: 'bin/sluice --version', value: median(version), unit: 'ms' },
      ],
      notes: [`--help took between ${Math.min(...help)} and ${Math.max(...help)} ms`],
      detail: { help, version },
    }
  },
}

function times(argument: string): readonly number[] {
  const once = () => {
    const began = performance.now()
    const { status, stderr } = spawnSync(launcher, [argument], { stdio: ['ignore', 'pipe', 'pipe'] })
    if (status !== 0) throw new Error(`bin/sluice ${argument} ended with code ${status}: ${stderr}`)
    return Math.round(performance.now() - began)
  }
  // The first one reads the files into the system's cache.
  once()
  return Array.from({ length: 10 }, once)
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (index: number) => sorted[index] ?? 0
  const half = sorted.length / 2
  return (at(Math.floor(half - 0.5)) + at(Math.floor(half))) / 2
}
