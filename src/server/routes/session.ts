/** Coming in and going out; no session is needed for what stands here. */
import { createRoute } from '@hono/zod-openapi'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { door, showInvitation, signIn, signOut, signUp } from '../../app/service/people/door.ts'
import { forgotPassword, resetPassword } from '../../app/service/people/passwords.ts'
import {
  door as doorShape,
  invitationShown,
  invitationToken,
  passwordForgotten,
  passwordReset,
  signIn as signInInput,
  signUp as signUpInput,
  user,
} from '../../app/service/resources/user.ts'
import { body, group, json, nothing } from '../declare.ts'
import { visitOf } from '../visit.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getSession',
  summary: 'What a page must know before anybody has signed in',
  responses: { 200: json(doorShape, 'How the door stands') },
})

const enter = createRoute({
  method: 'post',
  path: '/',
  operationId: 'signIn',
  summary: 'Sign in; the session is a cookie',
  request: { body: body(signInInput) },
  responses: { 200: json(user, 'Who has signed in') },
})

const leave = createRoute({
  method: 'delete',
  path: '/',
  operationId: 'signOut',
  summary: 'Sign out',
  responses: { 204: nothing },
})

const join = createRoute({
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

export function sessionApi(people: PeopleContext) {
  return group()
    .openapi(get, async (c) => c.json(await door(people, visitOf(c)), 200))
    .openapi(enter, async (c) => {
      const { value, cookies } = await signIn(people, c.req.valid('json'), visitOf(c))
      return c.json(value, 200, { 'set-cookie': [...cookies] })
    })
    .openapi(leave, async (c) => {
      const { cookies } = await signOut(people, visitOf(c))
      return c.body(null, 204, { 'set-cookie': [...cookies] })
    })
    .openapi(join, async (c) => {
      const { value, cookies } = await signUp(people, c.req.valid('json'), visitOf(c))
      return c.json(value, 201, { 'set-cookie': [...cookies] })
    })
    .openapi(invitation, async (c) =>
      c.json(await showInvitation(people, c.req.valid('json').token, visitOf(c)), 200),
    )
    .openapi(forgot, async (c) => {
      await forgotPassword(people, c.req.valid('json').email, visitOf(c))
      return c.body(null, 204)
    })
    .openapi(reset, async (c) => {
      await resetPassword(people, c.req.valid('json'), visitOf(c))
      return c.body(null, 204)
    })
}
