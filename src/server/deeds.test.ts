/** Nothing is done untold: where the audit log cannot be written, nothing else is; and a deed that was done has its row. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../test/support/databases.ts'
import { startProxy } from '../../test/support/pg-proxy.ts'
import { type Ask, type Served, serve } from '../../test/support/server.ts'
import { sandboxKey } from '../../test/support/service.ts'
import { openPool } from '../store/database.ts'
import { deeds } from './deeds.ts'
import { startServer } from './start.ts'

const password = 'correct horse battery'
let served: Served
let admin: Ask
let paths: ReadonlyMap<string, readonly [method: string, path: string]>

before(async () => {
  served = await serve()
  const email = 'ada@sluice.example'
  await served.nobody('POST', '/api/v1/session/sign-up', { email, name: 'Ada', password })
  admin = await served.signedIn(email, password)
  const { body } = await served.nobody('GET', '/api/v1/openapi.json')
  paths = new Map(
    Object.entries(body.paths as Record<string, Record<string, { operationId: string }>>).flatMap(
      ([path, methods]) =>
        Object.entries(methods).map(([method, { operationId }]) => [operationId, [method, path]] as const),
    ),
  )
})
after(async () => {
  await served[Symbol.asyncDispose]()
  await stopDatabases()
})

const sql = (text: string, values: unknown[] = []) => served.service.ctx.pool.query(text, values)

/** Written by who comes in and by who asks, whatever they ask for. */
const beside = ['sluice.audit', 'sluice.attempts', 'sluice.reads']

/** All rows of the store and of its queue. */
async function everything(): Promise<Readonly<Record<string, unknown>>> {
  const { rows: tables } = await sql(
    `select schemaname || '.' || tablename as name from pg_tables
     where schemaname = 'sluice' or (schemaname, tablename) = ('pgboss', 'job') order by name`,
  )
  const found: Record<string, unknown> = {}
  for (const { name } of tables) {
    if (beside.includes(name)) continue
    const { rows } = await sql(`select to_jsonb(t) - 'used_at' as row from ${name} t order by 1::text`)
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

/** Asks for it while the audit log cannot be written, and then again while it can. `of`: where it is neither of the path nor of the answer. */
async function deed(operation: string, id = '', body?: unknown, of?: string) {
  const [method, path] = paths.get(operation) ?? assert.fail(operation)
  const ask = () => admin(method.toUpperCase(), path.replace('{id}', id), body)
  const was = await everything()
  await sql('create trigger audit_fails before insert on sluice.audit execute function sluice.audit_stays()')
  try {
    assert.equal((await ask()).status, 500, operation)
    assert.deepEqual(await everything(), was, `${operation} was done untold`)
  } finally {
    await sql('drop trigger audit_fails on sluice.audit')
  }
  const { rows: last } = await sql('select max(id) as id from sluice.audit')
  const answer = await ask()
  assert.ok(answer.status < 300, `${operation}: ${answer.text}`)
  assert.notDeepEqual(await everything(), was, `${operation} changes nothing`)
  const { rows: told } = await sql('select * from sluice.audit where id > $1', [last[0]?.id])
  const about = of ?? (id === '' ? (answer.body?.id ?? null) : id)
  assert.deepEqual(
    told.map(({ action, object_kind, object_id, actor_name }) => [
      action,
      object_kind,
      object_id,
      actor_name,
    ]),
    [[deeds[operation]?.action, deeds[operation]?.object, about, 'ada@sluice.example']],
    operation,
  )
  return answer.body
}

/** They change nothing in the store: told when they are done. */
const looks = [
  'testAddress',
  'testDestination',
  'checkSource',
  'estimateRows',
  'previewTable',
  'query',
  'queryCsv',
  'testAlertChannel',
]
const done = new Set<string>(looks)
const does = async (...[operation, ...rest]: Parameters<typeof deed>) => {
  done.add(operation)
  return deed(operation, ...rest)
}

test('people, their tokens and sessions', async () => {
  await does('editMe', '', { name: 'Ada L.' })
  const { id: token } = await does('createToken', '', { name: 'robot', scope: 'read' })
  await does('revokeToken', token)
  const { id: invitation } = await does('invite', '', { email: 'bob@sluice.example', role: 'viewer' })
  await does('revokeInvitation', invitation)
  const { body: invited } = await admin('POST', '/api/v1/invitations', {
    email: 'cy@sluice.example',
    role: 'viewer',
  })
  const { body: cy } = await served.nobody('POST', '/api/v1/session/sign-up', {
    email: 'cy@sluice.example',
    name: 'Cy',
    password,
    invitation: invited.link.split('?invitation=')[1],
  })
  await does('editUser', cy.id, { role: 'editor' })
})

test('warehouses and alerts', async () => {
  const address = `duckdb:${served.service.folder}/told.duckdb`
  const { id } = await does('createDestination', '', { name: 'told', address })
  await does('editDestination', id, { name: 'told again', address })
  await does('deleteDestination', id)
  const hook = { name: 'hook', kind: 'webhook', url: 'https://alerts.example/hook' }
  const { id: channel } = await does('createAlertChannel', '', hook)
  await does('editAlertChannel', channel, { name: 'our hook' })
  const rule = { channel_id: channel, integration_id: null, events: ['run_failed'] }
  const { id: made } = await does('createAlertRule', '', rule)
  await does('editAlertRule', made, { events: ['run_failed', 'schema_changed'] })
  await does('deleteAlertRule', made)
  await does('deleteAlertChannel', channel)
  await does('setRetention', '', { log_days: 90, run_days: 900 })
})

test('an integration and its runs', async () => {
  const { sandbox } = served.service
  const { body: warehouse } = await admin('POST', '/api/v1/destinations', {
    name: 'live',
    address: `duckdb:${served.service.folder}/live.duckdb`,
  })
  const { id } = await does('createIntegration', '', {
    name: 'live',
    source: { kind: 'key', api_key: sandboxKey, api_base: sandbox.url },
    destination_id: warehouse.id,
    selection: { tables: [{ name: 'customers' }] },
    schedule: { kind: 'manual' },
  })
  await does('editIntegration', id, { description: 'ours' })
  await does('pauseIntegration', id)
  await does('activateIntegration', id)
  const { id: run } = await does('startRun', id, {})
  await does('cancelRun', run)
  await does('retryRun', run)
  await sql('update sluice.integrations set loaded_at = now() where id = $1', [id])
  const { id: verification } = await does('startVerification', id, {})
  await does('cancelVerification', verification)
  await does('setWebhook', id, { signing_secret: `whsec_${'a'.repeat(32)}` })
  await does('removeWebhook', id)
  await does('createWebhookEndpoint', id)
  await does('startOauth')
  await does('deleteIntegration', id)
})

test('a connection that breaks before the commit leaves neither, and one that breaks after it leaves both', async () => {
  const { body: robot } = await admin('POST', '/api/v1/tokens', { name: 'robot', scope: 'write' })
  const address = new URL(served.service.databaseUrl)
  await using proxy = await startProxy(Number(address.port))
  address.port = String(proxy.port)
  const pool = openPool({ connectionString: address.href }, 4)
  const server = await startServer({ ctx: { ...served.service.ctx, pool }, host: '127.0.0.1', port: 0 })
  try {
    for (const [when, status, count] of [
      ['before', 503, 0],
      ['after', 201, 1],
    ] as const) {
      const name = `cut ${when}`
      proxy.fault = { at: 'commit', when, times: 1 }
      const answer = await fetch(`${server.url}/api/v1/destinations`, {
        method: 'POST',
        headers: { authorization: `Bearer ${robot.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ name, address: `duckdb:${served.service.folder}/cut.duckdb` }),
      })
      const { rows } = await sql(
        `select (select count(*) from sluice.destinations where name = $1) as made,
           (select count(*) from sluice.audit where object_name = $1) as told`,
        [name],
      )
      assert.deepEqual([answer.status, rows[0]], [status, { made: count, told: count }], when)
    }
    assert.equal(proxy.broken, 2)
  } finally {
    await server[Symbol.asyncDispose]()
    await pool.end()
  }
})

test('a session is told of before it is there: where that cannot be written, nobody comes in', async () => {
  const who = { email: 'ada@sluice.example', password }
  const { pool } = served.service.ctx
  const signIns = async () => {
    const { rows } = await pool.query<{ sessions: number; told: number }>(
      `select (select count(*)::int from sluice.sessions) as sessions,
        (select count(*)::int from sluice.audit where action = 'user.sign_in' and ip = '127.0.0.1') as told`,
    )
    return rows[0] ?? assert.fail()
  }
  const before = await signIns()
  await pool.query(
    'create trigger audit_fails before insert on sluice.audit execute function sluice.audit_stays()',
  )
  try {
    assert.equal((await served.nobody('POST', '/api/v1/session', who)).status, 500)
    assert.deepEqual(await signIns(), before)
  } finally {
    await pool.query('drop trigger audit_fails on sluice.audit')
  }
  assert.equal((await served.nobody('POST', '/api/v1/session', who)).status, 200)
  assert.deepEqual(await signIns(), { sessions: before.sessions + 1, told: before.told + 1 })
})

test('signing out, and a password that is changed', async () => {
  const { body: me } = await admin('GET', '/api/v1/me')
  const other = await served.signedIn('ada@sluice.example', password)
  const { body: sessions } = await other('GET', '/api/v1/me/sessions')
  const another = sessions.items.find(({ current }: { current: boolean }) => !current)
  admin = other
  await does('endSession', another.id)
  const fresh = 'correct horse battery staple'
  const passwords = { current_password: password, new_password: fresh }
  await does('changePassword', '', passwords, me.user.id)
  await does('endSessionsOfUser', me.user.id)
})

test('each deed was tried', () => {
  assert.deepEqual([...done].sort(), Object.keys(deeds).sort())
})
