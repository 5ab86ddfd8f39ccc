/** `expand[]`: the tree of what a request asks to see in full. */
import { ApiError } from './api-error.ts'

export type ExpandTree = ReadonlyMap<string, ExpandTree>

const none: ExpandTree = new Map()

/**
 * The tree of the paths; on a list they start with `data`. Throws 400 beyond four levels and
 * for a path that does not start with `data` on a list.
 */
export function expandTree(paths: readonly string[], list: boolean): ExpandTree {
  if (paths.length === 0) return none
  const root = new Map<string, Map<string, unknown>>()
  for (const path of paths) {
    const parts = path.split('.')
    if (parts.length > 4) {
      throw new ApiError(400, `You cannot expand more than 4 levels of a property. Property: ${path}`, {
        param: 'expand',
      })
    }
    if (list && parts[0] !== 'data') throw cannotExpand(parts[0] ?? path, true)
    let at: Map<string, unknown> = root
    for (const part of list ? parts.slice(1) : parts) {
      const next = (at.get(part) as Map<string, unknown> | undefined) ?? new Map<string, unknown>()
      at.set(part, next)
      at = next
    }
  }
  return root as ExpandTree
}

export function cannotExpand(property: string, list = false): ApiError {
  const hint = list
    ? ` You may want to try expanding 'data.${property}' instead.`
    : ' You can read more about expansion at https://stripe.com/docs/api/expanding_objects.'
  return new ApiError(400, `This property cannot be expanded (${property}).${hint}`, { param: 'expand' })
}
