/** How many objects a list may hold. No list of Stripe's says it, so its newest page is what there is to go by. */
import { TransientError } from '../core/errors.ts'
import { accessFromError } from './access.ts'
import type { StripeObject } from './api.ts'
import type { CatalogStream } from './catalog.ts'
import { StripeError } from './errors.ts'
import { idOf, listPage } from './list.ts'
import type { Reading } from './reading.ts'

const day = 24 * 60 * 60
/** Seconds. */
const month = 30 * day

export interface Estimate {
  readonly stream: string
  /** Objects that were seen; null where none could be asked for. */
  readonly seen: number | null
  /** These are all. */
  readonly complete: boolean
  /** As many come in 30 days, at the pace of the newest; null where the list does not tell when its objects came. */
  readonly perMonth: number | null
}

interface Bounds {
  /** Unix seconds; what was created before is not counted. */
  readonly since?: number | undefined
  readonly now: number
}

/**
 * By one request for each stream, and for each part of one that is listed in parts. What belongs to a parent is not asked
 * for, and has null. Throws only what concerns all streams: a key that is not accepted.
 */
export function estimate(
  reading: Pick<Reading, 'api' | 'signal'>,
  streams: readonly CatalogStream[],
  bounds: Bounds,
): Promise<readonly Estimate[]> {
  return Promise.all(streams.map((stream) => estimateOne(reading, stream, bounds)))
}

async function estimateOne(
  reading: Pick<Reading, 'api' | 'signal'>,
  stream: CatalogStream,
  bounds: Bounds,
): Promise<Estimate> {
  if (stream.parent || stream.unreadable) return unknown(stream.name)
  try {
    const range = bounds.since === undefined ? undefined : { from: bounds.since, to: bounds.now + 1 }
    const parts = stream.variants.map((_, variant) =>
      listPage(reading, { stream, expand: [] }, { variant, range }),
    )
    const pages = (await Promise.all(parts)).map(({ body }) => body)
    const ids = pages.flatMap(({ data }) => data.map(idOf))
    const complete = pages.every(({ has_more }) => !has_more)
    const { created } = stream
    const paces = created
      ? pages.map((page) => pace(page.data, created.field, page.has_more, bounds.now))
      : []
    return {
      stream: stream.name,
      seen: new Set(ids).size,
      complete,
      perMonth: complete || !created ? null : Math.round(paces.reduce((sum, one) => sum + one, 0)),
    }
  } catch (error) {
    if (accessFromError(error, stream) || error instanceof StripeError || error instanceof TransientError) {
      return unknown(stream.name)
    }
    throw error
  }
}

/** Objects of a page in 30 days, from the oldest of them to now. A whole list is spread over a month at least. */
function pace(data: readonly StripeObject[], field: string, isPart: boolean, now: number): number {
  const oldest = Math.min(...data.map((object) => Number(object[field])))
  if (data.length === 0 || !Number.isFinite(oldest)) return 0
  return (data.length * month) / Math.max(now - oldest, isPart ? 1 : month)
}

function unknown(stream: string): Estimate {
  return { stream, seen: null, complete: false, perMonth: null }
}
