/** A query string in Stripe's notation: `created[gte]=1`, `expand[]=data.customer`, `types[0]=a`. */
import { ApiError } from './api-error.ts'

export interface Query {
  /** Scalars by their full name: `limit`, `created[gte]`, `owner[type]`. The last one given wins. */
  readonly values: ReadonlyMap<string, string>
  /** Lists by name without brackets: `expand`, `types`. */
  readonly lists: ReadonlyMap<string, readonly string[]>
}

export function parseQuery(search: string): Query {
  const values = new Map<string, string>()
  const lists = new Map<string, string[]>()
  for (const [name, value] of new URLSearchParams(search)) {
    const list = /^(.+)\[\d*\]$/.exec(name)?.[1]
    if (list === undefined) {
      values.set(name, value)
    } else {
      const items = lists.get(list)
      if (items === undefined) lists.set(list, [value])
      else items.push(value)
    }
  }
  return { values, lists }
}

/** `created` of `created[gte]`. */
export function rootName(name: string): string {
  const bracket = name.indexOf('[')
  return bracket < 0 ? name : name.slice(0, bracket)
}

/** Every name in the query: with brackets for scalars, without for lists. */
export function* names(query: Query): Generator<string> {
  yield* query.values.keys()
  yield* query.lists.keys()
}

/** An integer parameter, or undefined when absent; 400 in Stripe's words when it is not one. */
export function integer(query: Query, name: string): number | undefined {
  const text = query.values.get(name)
  if (text === undefined) return undefined
  if (!/^-?\d+$/.test(text)) {
    throw new ApiError(400, `Invalid integer: ${text}`, { code: 'parameter_invalid_integer', param: name })
  }
  return Number(text)
}
