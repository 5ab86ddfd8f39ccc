import { ConfigError } from '../core/errors.ts'
import type { StreamSelection } from '../core/model.ts'
import { stream } from '../stripe/streams.ts'

/**
 * Those of the streams that were asked for, with all that are read together with them: rows of a list within objects come
 * with the objects. All when nothing was asked for. Throws `ConfigError` for what is not among them.
 */
export function partOf(
  streams: readonly StreamSelection[],
  asked: readonly string[] | undefined,
): readonly StreamSelection[] {
  if (asked === undefined) return streams
  const names = streams.map(({ name }) => name)
  const unknown = asked.filter((name) => !names.includes(name))
  if (unknown.length > 0) {
    throw new ConfigError(`only ${unknown.join(', ')} is to be read, which is not selected`, {
      cure: `name some of ${names.join(', ')}`,
    })
  }
  const tops = new Set(asked.map(topOf))
  return streams.filter(({ name }) => tops.has(topOf(name)))
}

/** The stream to whose objects everything belongs that is read with this one. */
function topOf(name: string): string {
  const above = stream(name)?.parent?.stream
  return above === undefined ? name : topOf(above)
}
