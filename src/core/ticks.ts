/**
 * The items of `source`, and `undefined` whenever `milliseconds` have gone by since
 * the last thing that was yielded: lets a consumer act on time while its source is silent.
 */
export async function* withTicks<T extends object>(
  source: AsyncIterable<T>,
  milliseconds: number,
): AsyncIterable<T | undefined> {
  const iterator = source[Symbol.asyncIterator]()
  let next = iterator.next()
  // A rejection is met by the `await` below, perhaps a tick later.
  next.catch(() => {})
  let ended = false
  try {
    while (true) {
      const { promise: tick, resolve } = Promise.withResolvers<undefined>()
      const timer = setTimeout(resolve, milliseconds, undefined)
      const result = await Promise.race([next, tick]).finally(() => clearTimeout(timer))
      if (result === undefined) {
        yield undefined
      } else if (result.done) {
        ended = true
        return
      } else {
        yield result.value
        next = iterator.next()
        next.catch(() => {})
      }
    }
  } catch (error) {
    ended = true
    throw error
  } finally {
    if (!ended) await iterator.return?.()
  }
}
