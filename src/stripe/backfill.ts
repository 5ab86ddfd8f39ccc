/** Reads a list whole: many pages beside each other where it can be asked for by time, a checkpoint with every page. */
import type { Change, Checkpoint, Page, Prune } from '../core/model.ts'
import { streamsOf } from './branch.ts'
import { crowdWatch } from './crowds.ts'
import { progress, type Walk } from './cursor.ts'
import type { Reading } from './reading.ts'
import { readSlices } from './slice-reader.ts'
import { type Slices, slices } from './slices.ts'

/**
 * Makes a walk, from where its cursor stands to its end. Pages and their children go into the channel as they
 * come; each page's checkpoint says what is left once that page and all before it are durable. The
 * last page ends the walk and prunes what it did not find, if it was to. Errors that concern the walk's streams
 * alone end them (`reading.refuse`); throws others, once nothing of it goes on any more.
 * `oldest` is the unix second before which hardly anything can lie.
 */
export async function backfill(reading: Reading, walk: Walk, oldest: number): Promise<void> {
  const { branch, cursor } = walk
  const names = streamsOf(branch)
  const stream = names[0] ?? walk.scope
  const watch = crowdWatch(cursor.crowds)
  const plan = slices({
    slices: cursor.slices,
    floor: Math.max(oldest, cursor.since),
    bound: cursor.bound,
    variants: branch.stream.variants.length,
  })
  const seeing: Slices = {
    ...plan,
    saw(slice, page) {
      plan.saw(slice, page)
      const from = slice.range?.from ?? 0
      watch.saw(
        slice,
        page.times.filter((time) => time >= from),
      )
    },
  }
  const checkpoint = (): Checkpoint => ({
    scope: walk.scope,
    cursor: progress(walk, { slices: plan.remaining(), crowds: watch.crowds }, reading.isOpen),
  })
  try {
    await readSlices(reading, branch, seeing, {
      prune: cursor.prune && cursor.since > 0,
      page(changes, bytes) {
        // What is not found is pruned after the last page: before that is durable the walk is not done.
        const isLast = cursor.prune && plan.remaining().length === 0
        return { kind: 'page', stream, changes, bytes, ...(!isLast && { checkpoint: checkpoint() }) }
      },
    })
  } catch (error) {
    return reading.refuse(branch.stream, names, error)
  }
  if (!names.some((name) => reading.isOpen(name))) return
  await reading.push(
    (): Page => ({
      kind: 'page',
      stream,
      changes: goneAfter(reading, walk),
      bytes: 0,
      checkpoint: checkpoint(),
    }),
  )
}

/** What a complete walk that found nothing newer has to say about the rows it did not find. */
function goneAfter(reading: Reading, walk: Walk): readonly Change[] {
  const { branch, cursor } = walk
  if (!cursor.prune) return []
  const { created, name: top } = branch.stream
  return streamsOf(branch).flatMap((stream): readonly Prune[] => {
    if (!reading.isOpen(stream) || (stream === top && branch.stream.unlisted)) return []
    const prune: Prune = { op: 'prune', stream, version: cursor.started }
    if (cursor.since === 0) return [prune]
    // With a bounded history the children were pruned parent by parent: their own time is not their parent's.
    if (stream !== top || !created) return []
    return [{ ...prune, within: { column: created.field, from: cursor.since * 1_000_000 } }]
  })
}
