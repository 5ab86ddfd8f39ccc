import type { Warehouse } from './model.ts'

/** A warehouse whose methods are called one at a time by contract, for callers beside each other. */
export function oneAtATime(warehouse: Warehouse): Warehouse {
  let last: Promise<unknown> = Promise.resolve()
  const alone = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
  return {
    check: () => alone(() => warehouse.check()),
    readState: (options) => alone(() => warehouse.readState(options)),
    prepare: (tables) => alone(() => warehouse.prepare(tables)),
    load: (load) => alone(() => warehouse.load(load)),
    async *read(...asked) {
      const { promise, resolve } = Promise.withResolvers<void>()
      const before = last
      last = promise
      try {
        await before
        yield* warehouse.read(...asked)
      } finally {
        resolve()
      }
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  }
}
