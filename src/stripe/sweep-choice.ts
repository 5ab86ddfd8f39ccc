/** Which sweeps can be asked for. */
import { ConfigError } from '../core/errors.ts'
import type { StreamSelection, Sweep } from '../core/model.ts'
import { stream } from './streams.ts'

/** Throws `ConfigError` for tables that are not read, not by themselves, or not by time. */
export function checkSweeps(sweeps: ReadonlyMap<string, Sweep>, streams: readonly StreamSelection[]): void {
  const listed = new Set(streams.map(({ name }) => rootOf(name)))
  for (const [name, sweep] of sweeps) {
    const one = stream(name)
    if (one?.parent) {
      throw new ConfigError(`${name} cannot be swept by itself: it is read with ${rootOf(name)}`, {
        cure: `sweep ${rootOf(name)}, which sweeps both`,
        option: '--sweep',
      })
    }
    if (!one || !listed.has(name)) {
      throw new ConfigError(`${name} is to be swept, and is not among the selected tables`, {
        cure: 'select it, or do not sweep it',
        option: '--tables, --sweep',
      })
    }
    if (sweep !== 'off' && sweep.back !== undefined && sweep.back !== 'all' && !one.created) {
      throw new ConfigError(`${name} cannot be listed by time, and so not swept back to one`, {
        cure: 'say only how often; it is listed whole each time',
        option: `--sweep ${name}=`,
      })
    }
  }
}

function rootOf(name: string): string {
  const parent = stream(name)?.parent
  return parent ? rootOf(parent.stream) : name
}
