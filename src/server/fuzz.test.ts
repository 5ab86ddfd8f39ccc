/** The API is asked every question of its own document, and many that are not in it, by everybody. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../test/support/databases.ts'
import { type Answer, type Ask, type Served, serve } from '../../test/support/server.ts'
import { sandboxKey } from '../../test/support/service.ts'
import { type Role, roles } from '../app/service/resources/user.ts'
import { access, suffices } from './access.ts'

interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly items?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly format?: string
}

interface Operation {
  readonly path: string
  readonly method: string
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }
}

const password = 'correct horse battery'
const seed = Number(process.env.SLUICE_SEED ?? 20_261_128)
let served: Served
const asks = new Map<Role, Ask>()
let operations: readonly Operation[]
let schemas: Readonly<Record<string, Schema>>
let ids: readonly string[]

before(async () => {
  served = await serve()
  const signUp = (email: string, invitation?: string) =>
    served.nobody('POST', '/api/v1/session/sign-up', { email, name: email, password, invitation })
  await signUp('admin@sluice.example')
  const admin = await served.signedIn('admin@sluice.example', password)
  asks.set('admin', admin)
  for (const role of ['editor', 'viewer'] as const) {
    const email = `${role}@sluice.example`
    const { body } = await admin('POST', '/api/v1/invitations', { email, role })
    await signUp(email, body.link.split('?invitation=')[1])
    asks.set(role, await served.signedIn(email, password))
  }
  const integration = await served.service.integration()
  const run = (await admin('POST', `/api/v1/integrations/${integration.id}/runs`, {})).body.id
  await served.service.ctx.pool.query(
    `update sluice.runs set status = 'failed', started_at = now(), ended_at = now(), error = 'x' where id = $1`,
    [run],
  )
  const users = (await admin('GET', '/api/v1/users')).body.items as readonly { id: string; role: Role }[]
  const victim = users.find(({ role }) => role === 'viewer')?.id ?? assert.fail('no viewer')
  ids = [integration.id, run, integration.destination?.id ?? '', nowhere, victim]
  const { body: document } = await served.nobody('GET', '/api/v1/openapi.json')
  schemas = document.components.schemas
  operations = Object.entries(
    document.paths as Record<string, Record<string, Omit<Operation, 'path' | 'method'>>>,
  ).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  )
})
after(async () => {
  await served[Symbol.asyncDispose]()
  await stopDatabases()
})

const urlOf = (path: string, id: string) => path.replaceAll(/\{\w+\}/g, id)
const nowhere = '00000000-0000-4000-8000-000000000000'

function sound(answer: Answer, what: string): void {
  assert.ok(answer.status < 500, `${what}: ${answer.status} ${answer.text}`)
  assert.ok(!answer.text.includes(sandboxKey), `${what}: the key is told`)
  assert.doesNotMatch(
    answer.text,
    /node_modules|\.ts:\d+|\bat [\w.]+ \(|select .* from sluice|AES|\bhash\b.*\$/i,
    what,
  )
  if (answer.status < 400) return
  assert.equal(answer.headers.get('content-type'), 'application/problem+json', what)
  assert.deepEqual(
    Object.keys(answer.body).filter((key) => key !== 'id'),
    ['type', 'title', 'status', 'detail', 'cure', 'errors'],
    what,
  )
}

test('the document has every operation that there is, and each is asked for below', () => {
  assert.deepEqual(operations.map(({ operationId }) => operationId).sort(), Object.keys(access).sort())
})

test('nobody gets further than the door', async () => {
  for (const { path, method, operationId } of operations) {
    if (access[operationId] === 'anyone') continue
    for (const headers of [
      {},
      { authorization: 'Bearer slt_wrong' },
      { cookie: 'sluice.session_token=wrong.wrong', origin: served.url },
    ]) {
      const answer = await served.nobody(method.toUpperCase(), urlOf(path, nowhere), undefined, headers)
      sound(answer, operationId)
      assert.equal(answer.status, 401, operationId)
    }
  }
})

test('each role is refused what its table does not give it, whatever it asks', async () => {
  for (const role of roles) {
    for (const { path, method, operationId } of operations) {
      const needed = access[operationId] ?? 'admin'
      if (suffices(role, needed)) continue
      const answer = await asks.get(role)?.(
        method.toUpperCase(),
        urlOf(path, nowhere),
        method === 'get' ? undefined : {},
      )
      assert.equal(answer?.status, 403, `${role} ${operationId}`)
    }
  }
})

test('what is one person’s own is nobody else’s; only tokens are an administrator’s, too', async () => {
  const [admin, editor] = [asks.get('admin') ?? assert.fail(), asks.get('editor') ?? assert.fail()]
  for (const [owner, other] of [
    [admin, editor],
    [editor, admin],
  ] as const) {
    const { id: token } = (await owner('POST', '/api/v1/tokens', { name: 'mine', scope: 'read' })).body
    const { id: session } = (await owner('GET', '/api/v1/me/sessions')).body.items[0]
    const kept =
      other === admin
        ? [['me/sessions', session]]
        : [
            ['me/sessions', session],
            ['tokens', token],
          ]
    for (const [list, id] of kept) {
      assert.ok(!(await other('GET', `/api/v1/${list}`)).text.includes(id), list)
      const answer = await other('DELETE', `/api/v1/${list}/${id}`)
      sound(answer, list)
      assert.equal(answer.status, 404, list)
    }
    assert.equal((await owner('GET', '/api/v1/me')).status, 200)
    assert.ok((await owner('GET', '/api/v1/tokens')).text.includes(token))
  }
})

test(`no question breaks it (seed ${seed})`, async () => {
  const random = randomOf(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const strange: readonly unknown[] = [
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    '',
    'x',
    'ü\u0000\u2028',
    '\ud800',
    'x'.repeat(5_000),
    [],
    {},
    [[]],
    { __proto__: { a: 1 }, constructor: 1 },
  ]
  const texts = [
    '',
    'a',
    'acme',
    "'; drop table x; --",
    '%00',
    '\u0000',
    '../../etc/passwd',
    '🚰',
    '0',
    'x'.repeat(300),
    '2024-01-01',
  ]

  function madeOf(schema: Schema, name: string, depth = 0): unknown {
    if (random() < 0.08) return pick(strange)
    if (schema.$ref) return madeOf(schemas[schema.$ref.replace(/^.*\//, '')] ?? {}, name, depth)
    const some = schema.anyOf ?? schema.oneOf
    if (some) return madeOf(pick(some), name, depth + 1)
    if (schema.enum) return pick(schema.enum)
    if ('const' in schema) return schema.const
    const type = [schema.type ?? 'null'].flat()[0]
    if (type === 'object') {
      const entries = Object.entries(schema.properties ?? {}).filter(
        ([key]) => schema.required?.includes(key) === true || random() < 0.5,
      )
      return Object.fromEntries(entries.map(([key, part]) => [key, madeOf(part, key, depth + 1)]))
    }
    if (type === 'array') {
      return Array.from({ length: depth > 6 ? 0 : 1 + Math.floor(random() * 2) }, () =>
        madeOf(schema.items ?? {}, name, depth + 1),
      )
    }
    if (type === 'boolean') return random() < 0.5
    if (type === 'integer' || type === 'number') return pick([0, 1, 5, 50, 1_440, -3, 2 ** 53])
    if (schema.format === 'uuid') return pick(ids)
    // Where a made-up text would reach out of the test.
    if (name === 'api_base') return served.service.sandbox.url
    if (name === 'address')
      return pick(['', 'nothing:x', 'memory:', 'postgres://u:hunter2@127.0.0.1:1/d', 'sqlite:?'])
    if (name === 'api_key') return pick([sandboxKey, 'rk_test_other', ''])
    if (name === 'sql') return pick(['select 1', 'x'])
    return pick(texts)
  }

  const admin = asks.get('admin') ?? assert.fail()
  // Queries take a process each: one of them is enough here, and they have tests of their own.
  const slow = new Set([
    'query',
    'queryCsv',
    'listWarehouseTables',
    'previewTable',
    'getIntegrationSchema',
    'countRows',
    'followRun',
  ])
  // These may end the session that asks, or the person: somebody else is to ask them.
  const own = new Set(['signOut', 'changePassword', 'endSession', 'endSessionsOfUser', 'editUser', 'editMe'])
  const second = 'second@sluice.example'
  const { body: invited } = await admin('POST', '/api/v1/invitations', { email: second, role: 'admin' })
  const invitation = invited.link.split('?invitation=')[1]
  await served.nobody('POST', '/api/v1/session/sign-up', { email: second, name: 'x', password, invitation })
  const statuses = new Map<number, number>()
  for (const operation of operations) {
    const { path, method, operationId, parameters = [], requestBody } = operation
    const whoever = own.has(operationId) ? await served.signedIn(second, password) : admin
    const schema = requestBody?.content['application/json']?.schema
    for (let round = 0; round < (slow.has(operationId) ? 1 : 8); round++) {
      const query = new URLSearchParams()
      for (const { name, in: place, schema: part } of parameters) {
        if (place === 'query' && random() < 0.7) query.set(name, String(madeOf(part, name)))
      }
      const id = random() < 0.8 ? pick(ids) : pick(['x', '%00', '..%2f', '1 or 1=1'])
      const url = `${urlOf(path, id)}?${query}`
      const value = schema === undefined ? undefined : madeOf(schema, '')
      const body =
        schema !== undefined && random() < 0.1 ? pick(['{', '[]', 'null', '"', '{"a":1}}', '']) : value
      const ask = random() < 0.5 && access[operationId] === 'anyone' ? served.nobody : whoever
      const answer = await ask(method.toUpperCase(), url, body)
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1)
      sound(answer, `${method} ${url} ${JSON.stringify(body)}`)
      assert.ok(!answer.text.includes('hunter2'), operationId)
    }
  }
  for (const status of [200, 404, 422])
    assert.ok((statuses.get(status) ?? 0) > 5, `${status}: ${[...statuses]}`)
  const bugs = served.service.logged.filter((line) => line.startsWith('error: request'))
  assert.deepEqual(bugs, [])
})

/** mulberry32 */
function randomOf(start: number): () => number {
  let state = start
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
