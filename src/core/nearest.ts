import leven from 'leven'

/**
 * The one of the names that was probably meant: fewer than half of its letters are wrong, at most four, or it goes on
 * as the word begins. Undefined when none is near enough.
 */
export function nearest(word: string, names: readonly string[]): string | undefined {
  const begun = names.filter((name) => word.length >= 3 && name.startsWith(word))
  const [best] = names
    .map((name) => ({ name, distance: leven(word, name), least: Math.min(word.length, name.length) }))
    .filter(({ distance, least }) => distance <= 4 && distance < least / 2)
    .sort((a, b) => a.distance - b.distance)
  return best?.name ?? (begun.length === 1 ? begun[0] : undefined)
}
