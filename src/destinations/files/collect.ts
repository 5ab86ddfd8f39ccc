/** Removes files that nobody needs any more: retired ones after their grace, and those of attempts that died. */
import { type Manifest, manifestNumber } from './manifest.ts'
import type { Store } from './store.ts'
import { epochOf } from './write.ts'

/** Milliseconds after which a small file that was being written, its name says when, is of a process that died. */
const day = 86_400_000

/** Retired files whose grace (milliseconds) is over are removed; the manifest may forget those returned. */
export async function collectRetired(
  store: Store,
  { retired }: Manifest,
  grace: number,
  now: number,
): Promise<ReadonlySet<string>> {
  const old = retired.filter(({ at }) => now - at >= grace).map(({ file }) => file)
  if (old.length > 0) await store.remove(old)
  return new Set(old)
}

/**
 * Removes what earlier holders of the fence began and no manifest names. Their fence is lost: what they may still
 * write never counts. A later holder's files, which this manifest cannot know, have a higher epoch and stay.
 */
export async function collectAbandoned(store: Store, manifest: Manifest, now: number): Promise<number> {
  const named = new Set([...manifest.files, ...manifest.retired].map(({ file }) => file))
  const isAbandoned = (name: string) => {
    const epoch = epochOf(name)
    if (epoch === undefined) return now - Number(/^_tmp\/(\d+)-/.exec(name)?.[1] ?? now) > day
    return epoch < manifest.fence.epoch && !named.has(name)
  }
  const found = (await store.list('')).filter(isAbandoned)
  if (found.length > 0) await store.remove(found)
  return found.length
}

/** Removes all but the manifest, which names no file, and what later holders of the fence have made since. */
export async function collectAll(store: Store, { number, fence }: Manifest): Promise<void> {
  const isOurs = (name: string) => {
    const epoch = epochOf(name)
    if (epoch !== undefined) return epoch <= fence.epoch
    const found = manifestNumber(name)
    // What is being written under a name that is used once is its writer's.
    return found === undefined ? !name.startsWith('_tmp/') : found < number
  }
  const found = (await store.list('')).filter(isOurs)
  if (found.length > 0) await store.remove(found)
}
