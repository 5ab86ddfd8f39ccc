/** People and invitations, for administrators. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { invite, listInvitations, revokeInvitation } from '../../app/service/people/invitations.ts'
import { editUser, endSessionsOf, listUsers } from '../../app/service/people/users.ts'
import {
  invitation,
  invitationInput,
  invitationMade,
  user,
  userEdit,
} from '../../app/service/resources/user.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'

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

export function usersApi(people: PeopleContext) {
  return group()
    .openapi(list, async (c) => c.json({ items: await listUsers(people) }, 200))
    .openapi(edit, async (c) =>
      c.json(await editUser(people, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(signOut, async (c) => {
      await endSessionsOf(people, c.req.valid('param').id)
      return c.body(null, 204)
    })
}

const open = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listInvitations',
  summary: 'Invitations that are open',
  responses: { 200: json(all(invitation), 'All of them, newest first') },
})

const add = createRoute({
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

export function invitationsApi(people: PeopleContext) {
  return group()
    .openapi(open, async (c) => c.json({ items: await listInvitations(people) }, 200))
    .openapi(add, async (c) => c.json(await invite(people, c.get('actor'), c.req.valid('json')), 201))
    .openapi(revoke, async (c) => {
      await revokeInvitation(people, c.req.valid('param').id)
      return c.body(null, 204)
    })
}
