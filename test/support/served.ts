/** What a sandbox serves, asked of it by the plainest reader there can be: one cursor, one request after the other. */
import { catalog } from '../../src/stripe/streams.ts'

export interface Served {
  readonly id: string
  readonly [field: string]: unknown
}

export interface Listing {
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
  /** False for a list that comes in one piece and knows no cursor. */
  readonly paged?: boolean
  /** Of a connected account. */
  readonly account?: string
}

/** What the plain list would leave out, or refuse to give. Source: docs.stripe.com/api. */
const complete: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>> = {
  subscriptions: [{ status: 'all' }],
  tax_registrations: [{ status: 'all' }],
  tax_locations: [{ type: 'performance' }],
  prices: [{ active: 'true' }, { active: 'false' }],
}

/** Every object of a list, in its order. */
export async function* objectsOf(
  url: string,
  key: string,
  { path, params = {}, paged = true, account }: Listing,
): AsyncGenerator<Served> {
  let last: string | undefined
  while (true) {
    const query = new URLSearchParams({ ...(paged ? { limit: '100' } : {}), ...params })
    if (last !== undefined) query.set('starting_after', last)
    const response = await fetch(`${url}${path}?${query}`, {
      headers: {
        authorization: `Bearer ${key}`,
        'stripe-version': catalog().apiVersion,
        ...(account === undefined ? {} : { 'stripe-account': account }),
      },
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`)
    const page = parse(text) as { readonly data: readonly Served[]; readonly has_more: boolean }
    yield* page.data
    last = page.data.at(-1)?.id
    if (!page.has_more || last === undefined) return
  }
}

/** Ids of everything in a list, oldest last. */
export async function idsOf(...asked: Parameters<typeof objectsOf>): Promise<readonly string[]> {
  const ids: string[] = []
  for await (const { id } of objectsOf(...asked)) ids.push(id)
  return ids
}

export interface Found {
  readonly stream: string
  readonly object: Served
  /** Of a stream below another one. */
  readonly parentId?: string
}

/** Every object of the streams' lists; those below a parent by their own list, parent by parent. */
export async function everything(
  url: string,
  key: string,
  streams: readonly string[],
): Promise<readonly Found[]> {
  const byStream = new Map<string, readonly Found[]>()
  const read = async (name: string): Promise<readonly Found[]> => {
    const known = byStream.get(name)
    if (known) return known
    const stream = catalog().streams.find((one) => one.name === name)
    if (!stream) throw new Error(`the catalog has no ${name}`)
    const { parent, path, pagination } = stream
    const all: Found[] = []
    const list = async (path: string, params: Readonly<Record<string, string>>, parentId?: string) => {
      for await (const object of objectsOf(url, key, { path, params, paged: pagination === 'cursor' })) {
        all.push({ stream: name, object, ...(parentId === undefined ? {} : { parentId }) })
      }
    }
    for (const params of complete[name] ?? [{}]) {
      if (!parent) await list(path, params)
      for (const { object } of parent ? await read(parent.stream) : []) {
        if (parent?.in === 'path') await list(path.replace(/\{[^}]*\}/, object.id), params, object.id)
        else await list(path, { ...params, [parent?.param ?? '']: object.id }, object.id)
      }
    }
    byStream.set(name, all)
    return all
  }
  for (const name of streams) await read(name)
  return streams.flatMap((name) => byStream.get(name) ?? [])
}

/** As `JSON.parse`, but whole numbers beyond 2^53 stay exact, as a bigint. */
export function parse(text: string): unknown {
  const exact = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)
      ? BigInt(context?.source ?? '')
      : value
  return JSON.parse(text, exact as (key: string, value: unknown) => unknown)
}
