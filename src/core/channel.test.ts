import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { channel } from './channel.ts'

test('items come out in the order in which they took their place, and none is lost', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 6 }),
      async (capacity, counts) => {
        const items = channel<number>(capacity)
        let placed = 0
        const producers = counts.map(async (count) => {
          for (let i = 0; i < count; i++) await items.push(() => placed++)
        })
        const done = Promise.all(producers).then(() => items.close())
        const got: number[] = []
        for await (const item of items) got.push(item)
        await done
        assert.deepEqual(got, [...got.keys()])
        assert.equal(
          got.length,
          counts.reduce((sum, count) => sum + count, 0),
        )
      },
    ),
    { numRuns: 100 },
  )
})

test('producers wait while it is full', async () => {
  const items = channel<number>(2)
  let placed = 0
  const producer = (async () => {
    for (let i = 0; i < 5; i++) await items.push(() => placed++)
    items.close()
  })()
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(placed, 2)
  const got: number[] = []
  for await (const item of items) got.push(item)
  await producer
  assert.deepEqual(got, [0, 1, 2, 3, 4])
})

test('an error at the end comes after what is in the queue', async () => {
  const items = channel<number>(2)
  await items.push(() => 1)
  await items.push(() => 2)
  items.close(new Error('the end'))
  const got: number[] = []
  await assert.rejects(async () => {
    for await (const item of items) got.push(item)
  }, /the end/)
  assert.deepEqual(got, [1, 2])
})

test('a failure reaches the consumer and the waiting producers', async () => {
  const items = channel<number>(1)
  await items.push(() => 1)
  const waiting = items.push(() => 2)
  items.fail(new Error('broken'))
  await assert.rejects(waiting, /broken/)
  await assert.rejects(async () => {
    for await (const _ of items) assert.fail('no item may come after a failure')
  }, /broken/)
})

test('a consumer that leaves frees the producers', async () => {
  const items = channel<number>(1)
  await items.push(() => 1)
  const waiting = items.push(() => 2)
  for await (const _ of items) break
  await waiting.then(
    () => {},
    () => {},
  )
  await assert.rejects(
    items.push(() => 3),
    /closed/,
  )
})
