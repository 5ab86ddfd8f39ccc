import type { StreamSelection } from '../../../core/model.ts'
import { stream } from '../../../stripe/streams.ts'

/**
 * Those of the streams that were asked for, with those that their rows belong to: rows of a list within objects can
 * only be compared along with the objects. All when null was asked for.
 */
export function streamsOf(
  streams: readonly StreamSelection[],
  asked: readonly string[] | null,
): readonly StreamSelection[] {
  if (asked === null) return streams
  const wanted = new Set<string>()
  for (const name of asked) {
    for (let one: string | undefined = name; one !== undefined; one = stream(one)?.parent?.stream) {
      wanted.add(one)
    }
  }
  return streams.filter(({ name }) => wanted.has(name))
}
