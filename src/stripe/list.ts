/** One page of a stream's list, asked for as its catalog entry says. */
import { TransientError } from '../core/errors.ts'
import type { Query, Reply, StripeList } from './api.ts'
import type { Branch } from './branch.ts'
import { StripeError } from './errors.ts'
import type { Reading } from './reading.ts'

export interface ListRequest {
  /** Index of the variant to ask for. */
  readonly variant: number
  readonly after?: string | undefined
  /** Unix seconds, `[from, to)`; 0 for no lower bound. */
  readonly range?: { readonly from: number; readonly to: number } | undefined
  /** The parent of a child stream's list. */
  readonly parentId?: string | undefined
  /** About how many pages are left of the list. */
  readonly ahead?: number | undefined
}

export async function listPage(
  reading: Pick<Reading, 'api' | 'signal'>,
  branch: Pick<Branch, 'stream' | 'expand'>,
  request: ListRequest,
): Promise<Reply<StripeList>> {
  const { stream } = branch
  const { parent, created } = stream
  const { range, after, parentId } = request
  const query: Record<string, Query[string]> = { ...stream.fixed, ...stream.variants[request.variant] }
  if (branch.expand.length > 0) query.expand = branch.expand.map((path) => `data.${path}`)
  if (created && range) {
    // Nothing may be missed for being older than it should be: the oldest slice has no lower bound.
    if (range.from > 0) query[created.from] = range.from
    query[created.to] = range.to
  }
  if (after !== undefined) query.starting_after = after
  let path = stream.path
  if (parent && parentId !== undefined) {
    if (parent.in === 'query') query[parent.param] = parentId
    else path = path.replace(`{${parent.param}}`, encodeURIComponent(parentId))
  }
  const call = {
    endpoint: stream.path,
    stream: stream.name,
    signal: reading.signal,
    ...(request.ahead !== undefined && { ahead: request.ahead }),
  }
  if (stream.pagination === 'none') {
    // Such a list knows no `limit`, and is always whole.
    const reply = await reading.api.get(path, query, call)
    const { data } = reply.body
    if (!Array.isArray(data)) throw new TransientError(`GET ${path} did not answer with a list`)
    return { ...reply, body: { object: 'list', data, has_more: false } }
  }
  const reply = await reading.api.list(path, query, call)
  const { data, has_more } = reply.body
  const last = idOf(data[data.length - 1])
  if (has_more && (last === undefined || last === after)) {
    throw new TransientError(`GET ${path} promised more and gave nothing new`)
  }
  return reply
}

/** The id of an object, by which a list goes on and a child names its parent. */
export function idOf(object: { readonly id?: unknown } | undefined): string | undefined {
  return typeof object?.id === 'string' ? object.id : undefined
}

/** What was asked for, or the cursor's object, does not exist (any more). */
export function isMissing(error: unknown): error is StripeError {
  return error instanceof StripeError && error.code === 'resource_missing'
}
