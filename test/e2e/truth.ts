/** What a sandbox holds, asked of it by the plainest reader there can be: one cursor, one request after the other. */
const apiVersion = '2026-10-28.endive'

export interface Listing {
  readonly path: string
  readonly params?: Readonly<Record<string, string>>
}

/** Ids of everything in a list, oldest last. */
export async function idsOf(
  url: string,
  key: string,
  { path, params = {} }: Listing,
): Promise<readonly string[]> {
  const ids: string[] = []
  while (true) {
    const query = new URLSearchParams({ limit: '100', ...params })
    const last = ids.at(-1)
    if (last !== undefined) query.set('starting_after', last)
    const response = await fetch(`${url}${path}?${query}`, {
      headers: { authorization: `Bearer ${key}`, 'stripe-version': apiVersion },
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    const page = (await response.json()) as { data: { id: string }[]; has_more: boolean }
    ids.push(...page.data.map(({ id }) => id))
    if (!page.has_more) return ids
  }
}
