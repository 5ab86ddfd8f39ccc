/** Where two values of JSON differ, place by place. */
import { isObject } from './rebuild.ts'

/**
 * One line per difference. Missing, null, and an object with nothing in it are one and the same; a number
 * and the text of the same number are, too, where `decimals` has the place.
 */
export function differences(
  sent: unknown,
  kept: unknown,
  decimals: ReadonlySet<string>,
  place: readonly string[] = [],
): readonly string[] {
  if (isNothing(sent) && isNothing(kept)) return []
  const at = place.join('.')
  if (isObject(sent) && isObject(kept)) {
    return [...new Set([...Object.keys(sent), ...Object.keys(kept)])].flatMap((key) =>
      differences(sent[key], kept[key], decimals, [...place, key]),
    )
  }
  if (Array.isArray(sent) && Array.isArray(kept) && sent.length === kept.length) {
    return sent.flatMap((item, index) => differences(item, kept[index], decimals, [...place, String(index)]))
  }
  if (Object.is(sent, kept) || (sent === 0 && kept === 0)) return []
  if (decimals.has(at) && !isObject(sent) && Number(sent) === Number(kept)) return []
  return [`${at}: sent ${show(sent)}, kept ${show(kept)}`]
}

function isNothing(value: unknown): boolean {
  return value === null || value === undefined || (isObject(value) && Object.values(value).every(isNothing))
}

const show = (value: unknown) =>
  (JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? `${each}n` : each)) ?? 'nothing').slice(
    0,
    200,
  )
