/** Whoever asks: their name, password, sessions. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { changePassword } from '../../app/service/people/passwords.ts'
import { editUser, endSession, getUser, listSessions } from '../../app/service/people/users.ts'
import { me, meEdit, passwordChange, session, user } from '../../app/service/resources/user.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'
import { visitOf } from '../visit.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getMe',
  summary: 'Who asks, and what they may do',
  responses: { 200: json(me, 'Who asks') },
})

const edit = createRoute({
  method: 'patch',
  path: '/',
  operationId: 'editMe',
  summary: 'Change your name',
  request: { body: body(meEdit) },
  responses: { 200: json(user, 'As it is now') },
})

const password = createRoute({
  method: 'post',
  path: '/password',
  operationId: 'changePassword',
  summary: 'Change your password; your other sessions end',
  request: { body: body(passwordChange) },
  responses: { 204: nothing },
})

const sessions = createRoute({
  method: 'get',
  path: '/sessions',
  operationId: 'listSessions',
  summary: 'Where you are signed in',
  responses: { 200: json(all(session), 'All of them, the last used first') },
})

const leave = createRoute({
  method: 'delete',
  path: '/sessions/{id}',
  operationId: 'endSession',
  summary: 'Sign out there',
  request: { params: byId },
  responses: { 204: nothing },
})

export function meApi(people: PeopleContext) {
  return group()
    .openapi(get, async (c) => {
      const actor = c.get('actor')
      return c.json({ user: await getUser(people, actor.user.id), role: actor.role, via: actor.via }, 200)
    })
    .openapi(edit, async (c) =>
      c.json(await editUser(people, c.get('actor').user.id, c.req.valid('json')), 200),
    )
    .openapi(password, async (c) => {
      await changePassword(people, c.get('actor'), c.req.valid('json'), visitOf(c))
      return c.body(null, 204)
    })
    .openapi(sessions, async (c) => c.json({ items: await listSessions(people, c.get('actor')) }, 200))
    .openapi(leave, async (c) => {
      await endSession(people, c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    })
}
