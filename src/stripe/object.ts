/** Reads single objects again, the way a walk reads whole lists. */
import type { Change } from '../core/model.ts'
import type { Branch } from './branch.ts'
import { changesOf, pushChanges } from './children.ts'
import { isMissing } from './list.ts'
import type { Reading } from './reading.ts'

/**
 * Reads an object of a stream without parent, with all its children, and pushes what it is now: rows, or that it is
 * gone, and for each child stream that nothing else is left below it. Pages carry no checkpoint. Rejects with
 * what Stripe refuses; `reading.refuse` tells what that concerns.
 */
export async function readObject(reading: Reading, branch: Branch, id: string): Promise<void> {
  const { stream, expand } = branch
  const before = reading.now()
  const call = { endpoint: `${stream.path}/{id}`, stream: stream.name, signal: reading.signal }
  let object: Parameters<typeof changesOf>[2]['objects'][number]
  let askedAt = before
  let bytes = 0
  try {
    const path = `${stream.path}/${encodeURIComponent(id)}`
    const reply = await reading.api.get(path, expand.length > 0 ? { expand } : {}, call)
    object = reply.body
    askedAt = reply.askedAt
    bytes = reply.bytes
  } catch (error) {
    if (!isMissing(error)) throw error
    // Gone without a trace is as gone as with a stub.
    object = { id, deleted: true }
  }
  const changes: readonly Change[] = await changesOf(reading, branch, {
    objects: [object],
    askedAt,
    prune: true,
  })
  await pushChanges(reading, stream.name, changes, bytes)
}
