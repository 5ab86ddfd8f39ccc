/** `previous_attributes` of an event: the old values of what changed, arrays whole, objects key by key. */
import { type Fields, isFields, same } from './json.ts'

/** Undefined when nothing changed. A key that is new has null as its old value. */
export function previousAttributes(before: Fields, after: Fields): Fields | undefined {
  const previous: Fields = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, now] = [before[key], after[key]]
    if (same(old, now)) continue
    const bothOpen = isFields(old) && isFields(now) && old.object !== 'list'
    previous[key] = bothOpen ? previousAttributes(old, now) : (old ?? null)
  }
  return Object.keys(previous).length === 0 ? undefined : previous
}
