import assert from 'node:assert/strict'
import { test } from 'node:test'
import { begun } from './ahead.ts'

test('chunks are made while an answer is awaited, up to a bound; each comes once, in order, whenever the answer is there', async () => {
  const mb = 1024 * 1024
  /** How many were made before the answer, which comes with one of them or when no more are made; and all that came. */
  async function chunksBegun(answeredAt: number) {
    const { promise: answer, resolve } = Promise.withResolvers<void>()
    let made = 0
    function* chunks() {
      for (let number = 0; number < 9; number++) {
        made++
        if (number === answeredAt) resolve()
        yield Buffer.alloc(mb, number)
      }
    }
    const all = await begun(chunks(), answer)
    const before = made
    return { before, came: [...all].map((chunk) => [chunk.length, chunk[mb - 1]]) }
  }
  const came = Array.from({ length: 9 }, (_, number) => [mb, number])
  assert.deepEqual(await chunksBegun(1), { before: 2, came })
  assert.deepEqual(await chunksBegun(8), { before: 4, came })
  const few = await begun([Buffer.from('a'), Buffer.from('b')], new Promise(() => {}))
  assert.equal([...few].join(''), 'ab')
  const failed = Promise.reject(new Error('no answer'))
  assert.equal([...(await begun([Buffer.from('a')], failed))].join(''), 'a')
  await assert.rejects(failed)
})
