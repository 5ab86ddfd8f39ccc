/** Which stream a path asks for. */
import type { Catalog, CatalogStream } from '../stripe/catalog.ts'

export interface Route {
  readonly kind: 'list' | 'retrieve' | 'single' | 'extra'
  /** The path with its variables: `/v1/invoices/{invoice}/lines`. */
  readonly endpoint: string
  readonly stream?: CatalogStream
  /** Name of a stream that the catalog lacks but the world has (`mandates`), or of a single object (`account`, `balance`). */
  readonly name?: string
  /** Values of the path's variables in order; for a retrieve the last one is the object's id. */
  readonly variables: readonly string[]
}

interface Node {
  readonly literal: Map<string, Node>
  variable?: Node
  route?: Omit<Route, 'variables'>
}

const node = (): Node => ({ literal: new Map() })

/** @param extra streams outside the catalog that can be retrieved by id */
export function router(catalog: Catalog, extra: readonly string[]): (path: string) => Route | undefined {
  const root = node()

  function add(path: string, route: Omit<Route, 'variables' | 'endpoint'>) {
    let at = root
    for (const part of path.split('/').slice(1)) {
      if (part.startsWith('{')) {
        at.variable ??= node()
        at = at.variable
      } else {
        let next = at.literal.get(part)
        if (next === undefined) {
          next = node()
          at.literal.set(part, next)
        }
        at = next
      }
    }
    at.route ??= { ...route, endpoint: path }
  }

  for (const name of ['account', 'balance']) add(`/v1/${name}`, { kind: 'single', name })
  for (const stream of catalog.streams) add(stream.path, { kind: 'list', stream })
  for (const stream of catalog.streams) add(`${stream.path}/{id}`, { kind: 'retrieve', stream })
  for (const name of extra) add(`/v1/${name}/{id}`, { kind: 'extra', name })

  return (path) => {
    let at: Node | undefined = root
    const variables: string[] = []
    for (const part of path.split('/').slice(1)) {
      const next: Node | undefined = at.literal.get(part)
      if (next !== undefined) {
        at = next
      } else {
        if (part === '' || at.variable === undefined) return undefined
        try {
          variables.push(decodeURIComponent(part))
        } catch {
          return undefined
        }
        at = at.variable
      }
    }
    return at.route === undefined ? undefined : { ...at.route, variables }
  }
}
