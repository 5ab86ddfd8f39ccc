/** JSON values that keep numbers a double cannot hold (`JSON.rawJSON`), as real objects have them. */

/** The standard functions that TypeScript's library does not declare yet. */
const exact = JSON as typeof JSON & {
  rawJSON(text: string): object
  isRawJSON(value: unknown): boolean
}

export type Fields = { [field: string]: unknown }

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !exact.isRawJSON(value)
}

/** A deep copy; numbers kept as text stay so. */
export function copy<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copy) as T
  if (!isFields(value)) return value
  const result: Fields = {}
  for (const key of Object.keys(value)) result[key] = copy(value[key])
  return result as T
}

/** `JSON.parse` that loses no digit: a number that would be written differently is kept as its text. */
export function parseExact(text: string): unknown {
  const reviver = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined && context.source !== String(value)
      ? exact.rawJSON(context.source)
      : value
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown)
}

export function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b)
}

export function valueAt(object: Fields, path: readonly string[]): unknown {
  let value: unknown = object
  for (const part of path) {
    if (!isFields(value)) return undefined
    value = value[part]
  }
  return value
}

/**
 * Sets the value at a path; does nothing when the way there is missing. Undefined leaves the field out of the
 * JSON: `delete` would make the object slow to write.
 */
export function setAt(object: Fields, path: readonly string[], value: unknown): void {
  let at: unknown = object
  for (const part of path.slice(0, -1)) {
    if (!isFields(at)) return
    at = at[part]
  }
  const last = path.at(-1)
  if (!isFields(at) || last === undefined) return
  at[last] = value
}

/** The items of an embedded list, whether it is a plain array or already wrapped; undefined when it is neither. */
export function listItems(value: unknown): readonly unknown[] | undefined {
  if (Array.isArray(value)) return value
  if (isFields(value) && value.object === 'list' && Array.isArray(value.data)) return value.data
  return undefined
}
