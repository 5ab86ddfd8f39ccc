/** People and invitations, for administrators. */
import { createRoute } from '@hono/zod-openapi'
import {
  invitation,
  invitationInput,
  invitationMade,
  user,
  userEdit,
} from '../../app/service/resources/user.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'
import type { People } from '../service.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listUsers',
  summary: 'The users',
  responses: { 200: json(all(user), 'All of them, by e-mail address') },
})

const edit = createRoute({
  method: 'patch',
  path: '/{id}',
  operationId: 'editUser',
  summary: "Change a user's name or role, or whether they may come in; never the last administrator's",
  request: { params: byId, body: body(userEdit) },
  responses: { 200: json(user, 'As it is now') },
})

const signOut = createRoute({
  method: 'delete',
  path: '/{id}/sessions',
  operationId: 'endSessionsOfUser',
  summary: 'Sign a user out everywhere',
  request: { params: byId },
  responses: { 204: nothing },
})

export function usersApi(people: People) {
  return group()
    .openapi(list, async (c) => c.json({ items: await people.users() }, 200))
    .openapi(edit, async (c) =>
      c.json(await people.editUser(c.get('actor'), c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(signOut, async (c) => {
      await people.endSessions(c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    })
}

const listInvitations = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listInvitations',
  summary: 'Invitations that are open',
  responses: { 200: json(all(invitation), 'All of them, newest first') },
})

const invite = createRoute({
  method: 'post',
  path: '/',
  operationId: 'invite',
  summary: 'Invite somebody; an earlier invitation of the same address ends',
  request: { body: body(invitationInput) },
  responses: { 201: json(invitationMade, 'The invitation, with its link') },
})

const revoke = createRoute({
  method: 'delete',
  path: '/{id}',
  operationId: 'revokeInvitation',
  summary: 'Take an invitation back',
  request: { params: byId },
  responses: { 204: nothing },
})

export function invitationsApi(people: People) {
  return group()
    .openapi(listInvitations, async (c) => c.json({ items: await people.invitations() }, 200))
    .openapi(invite, async (c) => c.json(await people.invite(c.get('actor'), c.req.valid('json')), 201))
    .openapi(revoke, async (c) => {
      await people.revokeInvitation(c.get('actor'), c.req.valid('param').id)
      return c.body(null, 204)
    })
}
