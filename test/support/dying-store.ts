/** A store whose process dies at a chosen step, and loads for it that replace, remove, and put files together. */
import type { Store } from '../../src/destinations/files/store.ts'
import { batchOf, loadOf, rowOf, tableOf } from '../conformance/rows.ts'

/** Files are put together after nearly every load. */
export const tidyAtOnce = { many: 2, small: 20, share: 0.3 }

export const deathTable = tableOf('things', { total: 'integer', created: 'timestamp' })

const month = 2_700_000_000_000

/** Load n has the cursor n. */
export const deathLoads = [1, 2, 3, 4].map((number) => {
  const row = (id: number) =>
    rowOf(deathTable, { id: `${id}`, total: number, created: (id % 3) * month }, { version: number })
  const upserts = [0, 1, 2, 3, 4].map((at) => row(number * 2 + at))
  const deletes = [rowOf(deathTable, { id: `${number}` }, { version: number, deletedAt: number })]
  const checkpoints = [{ scope: 'done', cursor: number }]
  const load = loadOf([batchOf(deathTable, { upserts, deletes })], { id: `load ${number}`, checkpoints })
  return number % 2 === 0 ? { ...load, deletes: 'hard' as const } : load
})

/**
 * Each change of the store is a step, done or not; what is done before the next one is read from it alone. At the step
 * `dieAt`, from 1, `die` is called; when that returns, nothing is done from then on, as in a process that is no more.
 */
export function dying(store: Store, dieAt?: number, die: () => void = () => {}) {
  let steps = 0
  let isDead = false
  const step = () => {
    if (!isDead && ++steps === dieAt) {
      isDead = true
      die()
    }
    if (isDead) throw new Error('the process is dead')
  }
  const change =
    <A extends readonly unknown[], T>(work: (...args: A) => Promise<T>) =>
    async (...args: A): Promise<T> => {
      step()
      return work(...args)
    }
  const mortal: Store = {
    ...store,
    put: change(store.put),
    putNew: change(store.putNew),
    putFile: change(store.putFile),
    remove: change(store.remove),
  }
  return { store: mortal, steps: () => steps }
}
