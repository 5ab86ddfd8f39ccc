/** How often tables are listed again for what no event tells, as a person says it. */
import { ConfigError } from '../core/errors.ts'
import type { Sweep } from '../core/model.ts'

const span = /^([1-9]\d{0,3})(m|h|d|w)$/
const milliseconds: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
}
const cure =
  'write --sweep payouts=6h/60d (every 6 hours, back over 60 days), payouts=1w/all, payouts=6h or payouts=off'

/** `['payouts=6h/60d', 'quotes=off']` by table. Throws `ConfigError`. */
export function sweepChoice(given: readonly string[]): ReadonlyMap<string, Sweep> {
  const sweeps = new Map<string, Sweep>()
  for (const entry of given) {
    const [, table, every = '', back] = /^\s*([^=\s]+)\s*=\s*([^/\s]*)(?:\/(\S*))?\s*$/.exec(entry) ?? []
    if (!table) throw new ConfigError(`--sweep "${entry}" does not name a table and its clock`, { cure })
    if (sweeps.has(table)) {
      throw new ConfigError(`--sweep is given twice for ${table}`, { cure: 'give it once' })
    }
    sweeps.set(table, sweepOf(entry, every, back))
  }
  return sweeps
}

function sweepOf(entry: string, every: string, back: string | undefined): Sweep {
  if (every === 'off' && back === undefined) return 'off'
  const time = lengthOf(entry, every)
  if (back === undefined) return { every: time }
  return { every: time, back: back === 'all' ? 'all' : lengthOf(entry, back) }
}

function lengthOf(entry: string, text: string): number {
  const [, count, unit = ''] = span.exec(text) ?? []
  const length = Number(count) * (milliseconds[unit] ?? Number.NaN)
  if (Number.isNaN(length)) {
    throw new ConfigError(`--sweep "${entry}": "${text}" is not a span of time such as 30m, 6h, 2d or 1w`, {
      cure,
    })
  }
  return length
}
