import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../test/support/databases.ts'
import { type MailServer, mailServer } from '../../test/support/mail.ts'
import { type Ask, cookiesOf, type Served, serve } from '../../test/support/server.ts'

const password = 'correct horse battery'
let served: Served
let admin: Ask
let mail: MailServer

before(async () => {
  mail = await mailServer()
  served = await serve({
    publicUrl: 'http://sluice.example',
    mail: { smtpUrl: mail.url, from: 'sluice@sluice.example' },
  })
})
after(async () => {
  await served[Symbol.asyncDispose]()
  await mail[Symbol.asyncDispose]()
  await stopDatabases()
})

/** Invited by the administrator, and signed up. */
async function somebody(email: string, role: string): Promise<Ask> {
  const { body } = await admin('POST', '/api/v1/invitations', { email, role })
  const invitation = body.link.split('?invitation=')[1]
  const made = await served.nobody('POST', '/api/v1/session/sign-up', {
    email,
    name: email,
    password,
    invitation,
  })
  assert.equal(made.status, 201, made.text)
  return served.signedIn(email, password)
}

test('the first to sign up is the administrator, also of those who come at once; then nobody is let in', async () => {
  const { nobody } = served
  assert.equal((await nobody('GET', '/api/v1/session')).body.first, true)
  const signUp = (email: string) =>
    nobody('POST', '/api/v1/session/sign-up', { email, name: 'Ada', password })
  const short = await nobody('POST', '/api/v1/session/sign-up', {
    email: 'a@b.example',
    name: 'A',
    password: 'x',
  })
  assert.equal(short.status, 422)
  assert.deepEqual(short.body.errors, [
    { field: 'password', message: 'a password has at least 10 characters' },
  ])
  const both = await Promise.all([signUp('ada@sluice.example'), signUp('eve@sluice.example')])
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 422])
  const first = both.find(({ status }) => status === 201) ?? assert.fail()
  assert.equal(first.body.role, 'admin')
  assert.match(first.headers.getSetCookie()[0] ?? '', /^sluice\.session_token=.*HttpOnly; SameSite=Lax$/)
  admin = await served.signedIn(first.body.email, password)
  const me = await admin('GET', '/api/v1/me')
  assert.equal(me.body.role, 'admin')
  assert.equal((await nobody('GET', '/api/v1/session')).body.first, false)
  assert.equal((await signUp('third@sluice.example')).status, 422)
})

test('without a session or a token nothing is told but that', async () => {
  const answer = await served.nobody('GET', '/api/v1/integrations')
  assert.equal(answer.status, 401)
  assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  assert.deepEqual(Object.keys(answer.body), ['type', 'title', 'status', 'detail', 'cure', 'errors'])
  for (const path of ['/api/v1/nothing', '/api/v1/integrations/x/y']) {
    assert.equal((await served.nobody('GET', path)).status, 401, path)
    assert.equal((await admin('GET', path)).status, 404, path)
  }
})

test('who is invited signs up once, under that address and in that role', async () => {
  const email = 'grace@sluice.example'
  const made = await admin('POST', '/api/v1/invitations', { email, role: 'viewer' })
  const invitation = made.body.link.split('?invitation=')[1]
  const shown = await served.nobody('POST', '/api/v1/session/invitation', { token: invitation })
  assert.deepEqual([shown.body.email, shown.body.role], [email, 'viewer'])
  const signUp = (as: string) =>
    served.nobody('POST', '/api/v1/session/sign-up', { email: as, name: 'Grace', password, invitation })
  assert.equal((await signUp('other@sluice.example')).body.errors[0].field, 'email')
  assert.equal((await signUp(email)).body.role, 'viewer')
  assert.equal((await signUp(email)).status, 404, 'it was used')
  const listed = await admin('GET', '/api/v1/invitations')
  assert.deepEqual(listed.body.items, [])
  const taken = await admin('POST', '/api/v1/invitations', { email: 'x@sluice.example', role: 'admin' })
  assert.equal((await admin('DELETE', `/api/v1/invitations/${taken.body.id}`)).status, 204)
  const gone = { token: taken.body.link.split('?invitation=')[1] }
  assert.equal((await served.nobody('POST', '/api/v1/session/invitation', gone)).status, 404)
  const { rows } = await served.service.ctx.pool.query(
    "select encode(hash, 'escape') as hash from sluice.links",
  )
  assert.ok(!JSON.stringify(rows).includes(invitation))
})

test('a viewer sees, an editor changes, an administrator rules; the last of them stays one', async () => {
  const viewer = await somebody('vera@sluice.example', 'viewer')
  const editor = await somebody('edda@sluice.example', 'editor')
  const status = async (ask: Ask, method: string, path: string, body?: unknown) =>
    (await ask(method, path, body)).status
  assert.equal(await status(viewer, 'GET', '/api/v1/integrations'), 200)
  assert.equal(
    await status(viewer, 'POST', '/api/v1/destinations', { name: 'w', address: 'duckdb:./w' }),
    403,
  )
  assert.equal(await status(editor, 'GET', '/api/v1/users'), 403)
  const users = (await admin('GET', '/api/v1/users')).body.items as {
    id: string
    email: string
    role: string
  }[]
  const idOf = (role: string) => users.find((user) => user.role === role)?.id
  const own = await admin('PATCH', `/api/v1/users/${idOf('admin')}`, { role: 'viewer' })
  assert.equal(own.status, 409)
  assert.match(own.body.detail, /no administrator would be left/)
  assert.equal(await status(admin, 'PATCH', `/api/v1/users/${idOf('admin')}`, { active: false }), 409)
  const promoted = await admin('PATCH', `/api/v1/users/${idOf('editor')}`, { role: 'admin' })
  assert.equal(promoted.body.role, 'admin')
  assert.equal(await status(editor, 'GET', '/api/v1/users'), 200, 'at once')
  assert.equal(await status(admin, 'PATCH', `/api/v1/users/${idOf('editor')}`, { role: 'editor' }), 200)
})

test('who is deactivated is out at once, with session and token', async () => {
  const ask = await somebody('dora@sluice.example', 'editor')
  const token = served.withToken((await ask('POST', '/api/v1/tokens', { name: 'ci' })).body.token)
  assert.equal((await token('GET', '/api/v1/runs')).status, 200)
  const { body } = await ask('GET', '/api/v1/me')
  await admin('PATCH', `/api/v1/users/${body.user.id}`, { active: false })
  assert.equal((await ask('GET', '/api/v1/me')).status, 401)
  assert.equal((await token('GET', '/api/v1/runs')).status, 401)
  const again = await served.nobody('POST', '/api/v1/session', { email: 'dora@sluice.example', password })
  assert.equal(again.status, 409)
  const wrong = await served.nobody('POST', '/api/v1/session', {
    email: 'dora@sluice.example',
    password: 'wrong',
  })
  assert.equal(wrong.status, 401, 'only who has the password is told')
})

test('a token does what its scope allows, and never more than its user; its text is nowhere kept', async () => {
  const ask = await somebody('tess@sluice.example', 'editor')
  const made = await ask('POST', '/api/v1/tokens', { name: 'reader', scope: 'read', expires_in_days: 1 })
  assert.match(made.body.token, /^slt_[\w-]{43}$/)
  const reader = served.withToken(made.body.token)
  const wide = served.withToken(
    (await ask('POST', '/api/v1/tokens', { name: 'wide', scope: 'admin' })).body.token,
  )
  assert.equal((await reader('GET', '/api/v1/me')).body.role, 'viewer')
  assert.equal((await wide('GET', '/api/v1/me')).body.role, 'editor')
  assert.equal((await wide('GET', '/api/v1/users')).status, 403)
  for (const token of [reader, wide]) {
    assert.equal((await token('POST', '/api/v1/tokens', { name: 'more', scope: 'admin' })).status, 403)
    assert.equal((await token('PATCH', '/api/v1/me', { name: 'me' })).status, 403)
  }
  const { body: list } = await ask('GET', '/api/v1/tokens')
  assert.equal(list.items.length, 2)
  assert.ok(!JSON.stringify(list).includes(made.body.token))
  const { rows } = await served.service.ctx.pool.query('select * from sluice.tokens t, sluice.audit')
  assert.ok(!JSON.stringify(rows).includes(made.body.token.slice(12)))
  await served.service.ctx.pool.query("update sluice.tokens set expires_at = now() where name = 'reader'")
  assert.equal((await reader('GET', '/api/v1/me')).status, 401)
  assert.equal((await ask('DELETE', `/api/v1/tokens/${list.items[0].id}`)).status, 204)
  const other = await somebody('otto@sluice.example', 'editor')
  assert.equal((await other('DELETE', `/api/v1/tokens/${list.items[1].id}`)).status, 404, "somebody else's")
})

test('a new password ends the other sessions; sessions are seen and ended one by one', async () => {
  const email = 'pia@sluice.example'
  const here = await somebody(email, 'viewer')
  const there = await served.signedIn(email, password)
  const change = (current_password: string) =>
    here('POST', '/api/v1/me/password', { current_password, new_password: `${password}!` })
  assert.equal((await change('not mine')).body.errors[0].field, 'current_password')
  assert.equal((await change(password)).status, 204)
  assert.equal((await there('GET', '/api/v1/me')).status, 401)
  assert.equal((await here('GET', '/api/v1/me')).status, 200)
  const again = await served.signedIn(email, `${password}!`)
  const { body } = await here('GET', '/api/v1/me/sessions')
  assert.equal(body.items.length, 2)
  assert.equal(body.items.filter((session: { current: boolean }) => session.current).length, 1)
  const other = body.items.find((session: { current: boolean }) => !session.current)
  assert.equal((await here('DELETE', `/api/v1/me/sessions/${other.id}`)).status, 204)
  assert.equal((await again('GET', '/api/v1/me')).status, 401)
  const out = await here('DELETE', '/api/v1/session')
  assert.match(out.headers.getSetCookie().join(), /Max-Age=0/)
  assert.equal((await here('GET', '/api/v1/me')).status, 401)
})

test('another site cannot ask in the name of who is signed in', async () => {
  const { headers } = await served.nobody('POST', '/api/v1/session', {
    email: 'grace@sluice.example',
    password,
  })
  const cookie = cookiesOf(headers)
  const patch = (more: Readonly<Record<string, string>>) =>
    served.nobody('PATCH', '/api/v1/me', { name: 'Grace' }, { cookie, ...more })
  assert.equal((await patch({ origin: served.url })).status, 200)
  assert.equal((await patch({ origin: 'https://evil.example' })).status, 403)
  assert.equal((await patch({ origin: 'null' })).status, 403)
  assert.equal((await patch({})).status, 403, 'a browser says where it comes from')
})

test('who tries passwords by the dozen is made to wait, and does not lock out the owner elsewhere', async () => {
  await somebody('rita@sluice.example', 'viewer')
  const wrong = () =>
    served.nobody('POST', '/api/v1/session', { email: 'rita@sluice.example', password: 'guess' })
  for (let n = 0; n < 10; n++) assert.equal((await wrong()).status, 401)
  const late = await wrong()
  assert.equal(late.status, 429)
  assert.ok(Number(late.headers.get('retry-after')) > 0)
  const unknown = await served.nobody('POST', '/api/v1/session', {
    email: 'who@sluice.example',
    password: 'guess',
  })
  assert.equal(unknown.body.detail, 'the e-mail address or the password is wrong')
})

test('a forgotten password is set anew by a link that is sent, once; who is not known gets the same answer', async () => {
  const email = 'finn@sluice.example'
  const before = await somebody(email, 'viewer')
  const forgot = (of: string) => served.nobody('POST', '/api/v1/session/password/forgot', { email: of })
  assert.equal((await forgot('nobody@sluice.example')).status, 204)
  assert.equal((await forgot(email)).status, 204)
  const of = (address: string) => mail.letters.filter((letter) => letter.includes(`To: ${address}`))
  while (of(email).length < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  assert.equal(of('nobody@sluice.example').length, 0)
  const [invitation = '', letter = ''] = of(email)
  assert.match(invitation, /Subject: You are invited to Sluice/)
  const text = letter.replaceAll('=\n', '').replaceAll('=3D', '=')
  const [, token] =
    /http:\/\/sluice\.example\/reset-password\?token=([\w-]{43})/.exec(text) ?? assert.fail(text)
  const reset = () =>
    served.nobody('POST', '/api/v1/session/password/reset', { token, new_password: `${password}?` })
  assert.equal((await reset()).status, 204)
  assert.equal((await reset()).status, 404, 'it was used')
  assert.equal((await before('GET', '/api/v1/me')).status, 401, 'sessions of before have ended')
  const again = await served.nobody('POST', '/api/v1/session', { email, password: `${password}?` })
  assert.equal(again.status, 200)
})

test('what was done is in the audit log, without secrets, and stays there', async () => {
  const { body } = await admin('GET', '/api/v1/audit?limit=200')
  const actions = new Set((body.items as { action: string }[]).map(({ action }) => action))
  for (const action of [
    'user.sign_up',
    'user.sign_in',
    'user.sign_in_failed',
    'user.edit',
    'user.password_change',
    'invitation.create',
    'token.create',
    'token.revoke',
    'session.end',
  ]) {
    assert.ok(actions.has(action), action)
  }
  assert.ok(!JSON.stringify(body).includes(password))
  const edits = await admin('GET', '/api/v1/audit?action=user.edit&limit=1')
  assert.equal(edits.body.items[0].action, 'user.edit')
  assert.ok(edits.body.next)
  const { pool } = served.service.ctx
  await assert.rejects(pool.query("update sluice.audit set action = 'x'"), /only added to/)
  await assert.rejects(pool.query('delete from sluice.audit'), /only added to/)
})
