import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startSandbox } from './server.ts'
import { get, now, start, walk } from './testing.ts'

interface Event {
  readonly id: string
  readonly type: string
  readonly created: number
  readonly data: {
    readonly object: { readonly id: string; readonly name?: string | null }
    readonly previous_attributes: object
  }
}

async function own(context: TestContext) {
  const sandbox = await start()
  context.after(() => sandbox.close())
  const { world } = sandbox.account.store
  const count = world.count('customers')
  const ids = Array.from({ length: count }, (_, index) => world.id('customers', count - 1 - index))
  const events = async () => {
    const listed = await walk(sandbox, '/v1/events', 7)
    const all = await Promise.all(listed.map((id) => get(sandbox, `/v1/events/${id}`)))
    return all.map(({ body }) => body as unknown as Event)
  }
  const named = async (name: string) => {
    const { body } = await get(sandbox, '/v1/customers?limit=100')
    return body.data.filter((customer) => customer.name === name).map(({ id }) => id)
  }
  return {
    sandbox,
    ids,
    events,
    named,
    about: async () => (await events()).map(({ data }) => data.object.id),
  }
}

test('the newest objects change, each with an event; older ones first', async (context) => {
  const { sandbox, ids, events, named } = await own(context)
  const options = { count: 10, over: 100, mixed: 1 }
  assert.equal(await sandbox.updateMany('customers', { name: 'Many' }, options), 10)
  assert.deepEqual(await named('Many'), ids.slice(0, 10))
  const told = await events()
  assert.deepEqual(
    told.map(({ data }) => data.object.id),
    ids.slice(0, 10),
    'newest first, as the list is',
  )
  assert.deepEqual(
    told.map(({ created }) => created),
    Array.from({ length: 10 }, (_, index) => now - 10 - 10 * index),
  )
  for (const { type, data } of told) {
    assert.equal(type, 'customer.updated')
    assert.equal(data.object.name, 'Many')
    assert.deepEqual(Object.keys(data.previous_attributes), ['name'])
  }
  const { body } = await get(sandbox, `/v1/events?created[gte]=${now - 40}&created[lt]=${now - 10}&limit=100`)
  assert.equal(body.data.length, 3)
})

test('every third object, mixed; a second change has events of its own, and later ones show what was then', async (context) => {
  const { sandbox, ids, events, named } = await own(context)
  const third = ids.filter((_, index) => index % 3 === 0).slice(0, 5)
  await sandbox.updateMany('customers', { name: 'Once' }, { count: 5, every: 3 })
  assert.deepEqual(await named('Once'), third)
  const first = (await events()).map(({ data }) => data.object.id)
  assert.deepEqual(first.toSorted(), third.toSorted())
  assert.notDeepEqual(first, third)
  sandbox.advance(60)
  await sandbox.updateMany('customers', { name: 'Twice' }, { count: 2, over: 3600 })
  assert.deepEqual(await named('Twice'), ids.slice(0, 2))
  const told = await events()
  assert.deepEqual(
    told.map(({ data }) => data.object.name),
    ['Twice', 'Twice', ...third.map(() => 'Once')],
  )
  assert.ok(told.every(({ created }) => created >= now))
})

test('what was changed one by one is changed too; what is gone has no event', async (context) => {
  const { sandbox, ids, named, about } = await own(context)
  const [changed = '', gone = '', ...others] = ids
  await sandbox.update('customers', changed, { name: 'Alone', email: 'kept@example.com' }, { silent: true })
  await sandbox.remove('customers', gone, { silent: true })
  assert.equal(await sandbox.updateMany('customers', { name: 'Many' }, { count: 4 }), 3)
  assert.deepEqual(await named('Many'), [changed, ...others.slice(0, 2)])
  assert.equal((await get(sandbox, `/v1/customers/${changed}`)).body.email, 'kept@example.com')
  assert.deepEqual((await about()).toSorted(), [changed, ...others.slice(0, 2)].toSorted())
  await sandbox.update('customers', others[0] ?? '', { name: 'Afterwards' })
  assert.deepEqual(await named('Afterwards'), others.slice(0, 1))
  assert.equal((await about()).length, 4)
})

test('a silent change writes no events; what cannot be done is refused', async (context) => {
  const { sandbox, events, named } = await own(context)
  await sandbox.updateMany('customers', { name: 'Silent' }, { count: 1_000, silent: true })
  assert.equal((await named('Silent')).length, 25)
  assert.deepEqual(await events(), [])
  const refused = (stream: string, fields: Record<string, unknown>, words: RegExp) =>
    assert.rejects(sandbox.updateMany(stream, fields, { count: 1 }), words)
  await refused('customers', { created: 1 }, /created cannot be changed/)
  await refused('invoices', { lines: [] }, /lines cannot be changed/)
  await refused('balance_transactions', { status: 'available' }, /No event tells/)
  await refused('invoice_lines', { amount: 1 }, /There are no invoice_lines/)
  await refused('nothings', {}, /no stream nothings/)
})

test('the same over HTTP, for a million objects as for one', async (context) => {
  await using sandbox = await startSandbox({ scale: 400_000, seed: 1, rateLimit: 'off' })
  const post = (body: object) =>
    fetch(`${sandbox.url}/_sandbox/objects/charges`, { method: 'PATCH', body: JSON.stringify(body) })
  const before = process.memoryUsage().heapUsed
  const answer = await post({ fields: { description: 'Many' }, count: 1_000_000, every: 2, over: 500 })
  assert.deepEqual(await answer.json(), { changed: 1_000_000 })
  const { body } = await get(sandbox, '/v1/events?limit=100')
  assert.equal(body.data.length, 100)
  assert.equal(body.has_more, true)
  assert.equal((await get(sandbox, '/v1/charges?limit=2')).body.data[0]?.description, 'Many')
  assert.notEqual((await get(sandbox, '/v1/charges?limit=2')).body.data[1]?.description, 'Many')
  const grown = (process.memoryUsage().heapUsed - before) / 1e6
  assert.ok(grown < 100, `${grown} MB for a million objects`)
  assert.equal((await post({ fields: {}, count: 0 })).status, 400)
  context.diagnostic(`${Math.round(grown)} MB more`)
})
