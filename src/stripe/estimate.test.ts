import assert from 'node:assert/strict'
import { test } from 'node:test'
import { estimate } from './estimate.ts'
import { streamOf } from './testing/streams.ts'
import { type Answer, json, page, quickClient, refuse, wireServer } from './testing/wireServer.ts'

const { signal } = new AbortController()
const now = 1_790_000_000
const day = 86_400
const created = { field: 'created', from: 'created[gte]', to: 'created[lt]' } as const

/** The newest of many, one every `every` seconds. */
const newest = (count: number, every: number): Answer =>
  json({
    object: 'list',
    data: Array.from({ length: count }, (_, n) => ({ id: `x_${n}`, created: now - (n + 1) * every })),
    has_more: true,
  })

async function asked(answer: Answer, more: Partial<Parameters<typeof streamOf>[0]>, since?: number) {
  await using server = await wireServer(answer)
  await using client = quickClient(server.base)
  const stream = streamOf({ name: 'things', columns: [], ...more })
  const [found] = await estimate({ api: client, signal }, [stream], { now, since })
  return { found, asked: server.asked }
}

test('what fits on a page is counted', async () => {
  const { found, asked: requests } = await asked(page({ id: 'x_1', created: 1 }, { id: 'x_2', created: 2 }), {
    created,
  })
  assert.deepEqual(found, { stream: 'things', seen: 2, complete: true, perMonth: null })
  assert.equal(requests.length, 1)
})

test('of more, the pace of the newest is told: 100 in 10 days are 300 a month', async () => {
  const { found, asked: requests } = await asked(newest(100, day / 10), { created }, 1_700_000_000)
  assert.deepEqual(found, { stream: 'things', seen: 100, complete: false, perMonth: 300 })
  assert.equal(requests[0]?.query.get('created[gte]'), '1700000000')
})

test('a list that does not tell times has no pace', async () => {
  const { found } = await asked(newest(100, day), {})
  assert.deepEqual(found, { stream: 'things', seen: 100, complete: false, perMonth: null })
})

test('an object that two parts of a list hold counts once', async () => {
  const { found, asked: requests } = await asked(page({ id: 'x_1', created: 1 }), {
    created,
    variants: [{ active: 'true' }, { active: 'false' }],
  })
  assert.equal(found?.seen, 1)
  assert.equal(requests.length, 2)
})

test('what may not be read, and what belongs to a parent, is not known', async () => {
  const refused = await asked(refuse(403, { message: 'no permission' }), { created })
  assert.equal(refused.found?.seen, null)
  const child = await asked(page(), {
    parent: { stream: 'parents', column: 'parent', in: 'path', param: 'parent' },
  })
  assert.deepEqual(child.found, { stream: 'things', seen: null, complete: false, perMonth: null })
  assert.equal(child.asked.length, 0)
})
