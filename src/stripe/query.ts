import type { Query } from './api.ts'

/** Brackets stay as they are, as in Stripe's own libraries: `expand[]=data.tax_ids&created[gte]=1`. */
const encode = (text: string) => encodeURIComponent(text).replaceAll('%5B', '[').replaceAll('%5D', ']')

/** A query string without the question mark. Arrays repeat `name[]`; undefined is left out. */
export function encodeQuery(query: Query): string {
  const parts: string[] = []
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    if (typeof value === 'object') {
      const key = encode(name.endsWith('[]') ? name : `${name}[]`)
      for (const item of value) parts.push(`${key}=${encodeURIComponent(item)}`)
    } else {
      parts.push(`${encode(name)}=${encodeURIComponent(value)}`)
    }
  }
  return parts.join('&')
}
