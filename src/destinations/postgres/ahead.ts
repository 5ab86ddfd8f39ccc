/** Encoding while the server is at work at something else: it and we are then not idle in turns. */
import { setImmediate } from 'node:timers/promises'

/** Bytes that are made at most before the answer is there. */
const most = 4 * 1024 * 1024

/**
 * The chunks, of which the first are made while `answer` is awaited, in turn with the event loop. Throws what making
 * them throws; what becomes of the answer is for the caller to see.
 */
export async function begun(chunks: Iterable<Buffer>, answer: Promise<unknown>): Promise<Iterable<Buffer>> {
  let isAwaited = true
  const answered = () => {
    isAwaited = false
  }
  answer.then(answered, answered)
  const iterator = chunks[Symbol.iterator]()
  const made: Buffer[] = []
  for (let bytes = 0; bytes < most; ) {
    await setImmediate()
    if (!isAwaited) break
    const { value, done } = iterator.next()
    if (done) break
    made.push(value)
    bytes += value.length
  }
  return (function* () {
    yield* made
    yield* { [Symbol.iterator]: () => iterator }
  })()
}
