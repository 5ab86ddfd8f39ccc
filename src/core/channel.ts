/**
 * A bounded queue from many producers to one consumer. `push` waits while the
 * queue is full; what `make` does runs at the moment its item takes its place,
 * so that a checkpoint made there covers exactly the items before it.
 */
export interface Channel<T> extends AsyncIterable<T> {
  /** Resolves once the item has its place. Rejects when the channel was closed or failed. */
  push(make: () => T): Promise<void>
  /** No more items; the consumer ends after those in the queue, or then throws `error`, where there is one. */
  close(error?: unknown): void
  /** The consumer throws `error` at its next step, and so does every waiting or later `push`. */
  fail(error: unknown): void
}

export function channel<T>(capacity: number): Channel<T> {
  const items: T[] = []
  const producers: (() => void)[] = []
  let consumer: (() => void) | undefined
  let closed = false
  let last: { readonly error: unknown } | undefined
  let failure: { readonly error: unknown } | undefined

  const wakeConsumer = () => {
    consumer?.()
    consumer = undefined
  }
  const wakeProducers = () => {
    for (const wake of producers.splice(0)) wake()
  }

  return {
    async push(make) {
      while (items.length >= capacity && !closed && !failure) {
        await new Promise<void>((resolve) => producers.push(resolve))
      }
      if (failure) throw failure.error
      if (closed) throw new Error('push into a closed channel')
      items.push(make())
      wakeConsumer()
    },
    close(error) {
      closed = true
      if (error !== undefined) last = { error }
      wakeConsumer()
      wakeProducers()
    },
    fail(error) {
      failure ??= { error }
      wakeConsumer()
      wakeProducers()
    },
    async *[Symbol.asyncIterator]() {
      try {
        while (true) {
          if (failure) throw failure.error
          const item = items.shift()
          if (item !== undefined) {
            producers.shift()?.()
            yield item
          } else if (closed) {
            if (last) throw last.error
            return
          } else {
            await new Promise<void>((resolve) => {
              consumer = resolve
            })
          }
        }
      } finally {
        // The consumer left: producers must not wait for it.
        closed = true
        wakeProducers()
      }
    },
  }
}
