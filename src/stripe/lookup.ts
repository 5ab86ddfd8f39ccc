/** Reads objects by their ids: what rows refer to and no list returns. */
import { TransientError } from '../core/errors.ts'
import type { LookupRequest, Page, ReadItem, StreamEnd } from '../core/model.ts'
import { accessFromError } from './access.ts'
import { type Branch, branches, streamsOf } from './branch.ts'
import { driftWatch } from './drift.ts'
import { StripeError } from './errors.ts'
import { guards } from './guard.ts'
import { readObject } from './object.ts'
import { places } from './places.ts'
import type { ReadDeps } from './read.ts'
import type { Reading } from './reading.ts'

/** Objects that are read at once. */
const together = 16

/**
 * Reads the objects, with their children, as they are now; what does not exist is a `delete`. Each stream ends with
 * one `StreamEnd`, not ok when some of its objects could not be read. Throws what concerns more than single objects.
 */
export async function* lookup(request: LookupRequest, deps: ReadDeps): AsyncIterable<ReadItem> {
  const protection = guards(deps.catalog, request.streams, deps.hasher)
  const roots = branches(deps.catalog, deps.tables, protection, driftWatch(request.report))
  for (const [stream, ids] of request.ids) {
    const branch = roots.find((root) => root.stream.name === stream)
    if (!branch) throw new Error(`${stream} cannot be read by id`)
    yield* lookupOf(branch, [...ids], request, deps)
  }
}

async function* lookupOf(
  branch: Branch,
  ids: readonly string[],
  { signal, report }: LookupRequest,
  deps: ReadDeps,
): AsyncIterable<ReadItem> {
  const { stream } = branch
  const pages: Page[] = []
  const open = new Set(streamsOf(branch))
  const lists = places(together)
  const reading: Reading = {
    api: deps.api,
    now: deps.now,
    signal,
    report,
    push: async (make) => void pages.push(make()),
    pages: places(together),
    lists: () => lists,
    isOpen: (name) => open.has(name),
    // Of a child: the run itself has told of it before.
    refuse(_, streams, error) {
      signal.throwIfAborted()
      if (!isOfStream(error)) throw error
      for (const name of streams) open.delete(name)
    },
  }
  let failed = 0
  let reason = ''
  for (let at = 0; at < ids.length; at += together) {
    signal.throwIfAborted()
    const some = ids.slice(at, at + together)
    const results = await Promise.allSettled(some.map((id) => readObject(reading, branch, id)))
    yield* pages.splice(0)
    const errors = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    for (const error of errors) {
      signal.throwIfAborted()
      if (!isOfStream(error)) throw error
      const denied = accessFromError(error, stream)
      if (denied) {
        const end: StreamEnd = {
          kind: 'end',
          stream: stream.name,
          status: denied.status,
          reason: denied.reason,
        }
        return yield end
      }
      failed++
      reason = error.message
    }
  }
  yield failed === 0
    ? { kind: 'end', stream: stream.name, status: 'ok' }
    : {
        kind: 'end',
        stream: stream.name,
        status: 'failed',
        reason: `${failed} of ${ids.length} objects that rows refer to could not be read: ${reason}`,
      }
}

const isOfStream = (error: unknown): error is StripeError | TransientError =>
  error instanceof StripeError || error instanceof TransientError
