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
      throw new ConfigError(`--sweep names ${name}, which is read with ${rootOf(name)}`, {
        cure: `write --sweep ${rootOf(name)}=…, which sweeps both`,
      })
    }
    if (!one || !listed.has(name)) {
      throw new ConfigError(`--sweep names ${name}, which is not among the selected tables`, {
        cure: 'add it to --tables, or leave it out of --sweep',
      })
    }
    if (sweep !== 'off' && sweep.back !== undefined && sweep.back !== 'all' && !one.created) {
      throw new ConfigError(`--sweep says how far back to list ${name}, which cannot be listed by time`, {
        cure: `write --sweep ${name}= with the first part alone; it is listed whole each time`,
      })
    }
  }
}

function rootOf(name: string): string {
  const parent = stream(name)?.parent
  return parent ? rootOf(parent.stream) : name
}
