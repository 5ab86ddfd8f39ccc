/** Coming in and going out; no session is needed for what stands here. */
import { createRoute } from '@hono/zod-openapi'
import {
  door,
  invitationShown,
  invitationToken,
  passwordForgotten,
  passwordReset,
  signIn as signInInput,
  signUp as signUpInput,
  user,
} from '../../app/service/resources/user.ts'
import { body, group, json, nothing } from '../declare.ts'
import type { People } from '../service.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getSession',
  summary: 'What a page must know before anybody has signed in',
  responses: { 200: json(door, 'How the door stands') },
})

const signIn = createRoute({
  method: 'post',
  path: '/',
  operationId: 'signIn',
  summary: 'Sign in; the session is a cookie',
  request: { body: body(signInInput) },
  responses: { 200: json(user, 'Who has signed in') },
})

const signOut = createRoute({
  method: 'delete',
  path: '/',
  operationId: 'signOut',
  summary: 'Sign out',
  responses: { 204: nothing },
})

const signUp = createRoute({
  method: 'post',
  path: '/sign-up',
  operationId: 'signUp',
  summary: 'Sign up: the first user, who becomes the administrator, or somebody who was invited',
  request: { body: body(signUpInput) },
  responses: { 201: json(user, 'Who has signed up, and in') },
})

const invitation = createRoute({
  method: 'post',
  path: '/invitation',
  operationId: 'showInvitation',
  summary: 'Whom an invitation is for',
  request: { body: body(invitationToken) },
  responses: { 200: json(invitationShown, 'It is good') },
})

const forgot = createRoute({
  method: 'post',
  path: '/password/forgot',
  operationId: 'forgotPassword',
  summary: 'Ask for a link by e-mail; the answer never tells whether there is such a user',
  request: { body: body(passwordForgotten) },
  responses: { 204: nothing },
})

const reset = createRoute({
  method: 'post',
  path: '/password/reset',
  operationId: 'resetPassword',
  summary: 'Set a new password with the token of the link; all sessions end',
  request: { body: body(passwordReset) },
  responses: { 204: nothing },
})

export function sessionApi(people: People) {
  return group()
    .openapi(get, async (c) => c.json(await people.door(c.req.raw.headers), 200))
    .openapi(signIn, async (c) => {
      const { value, cookies } = await people.signIn(c.req.valid('json'), c.req.raw.headers)
      return c.json(value, 200, { 'set-cookie': [...cookies] })
    })
    .openapi(signOut, async (c) => {
      const { cookies } = await people.signOut(c.req.raw.headers)
      return c.body(null, 204, { 'set-cookie': [...cookies] })
    })
    .openapi(signUp, async (c) => {
      const { value, cookies } = await people.signUp(c.req.valid('json'), c.req.raw.headers)
      return c.json(value, 201, { 'set-cookie': [...cookies] })
    })
    .openapi(invitation, async (c) => c.json(await people.showInvitation(c.req.valid('json').token), 200))
    .openapi(forgot, async (c) => {
      await people.forgotPassword(c.req.valid('json').email)
      return c.body(null, 204)
    })
    .openapi(reset, async (c) => {
      await people.resetPassword(c.req.valid('json'))
      return c.body(null, 204)
    })
}
