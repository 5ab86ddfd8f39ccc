/** People: who they are, how they come in, what they may do. */
import { z } from 'zod'
import { id, time } from './common.ts'

/** Each may do what the ones after it may, and more. */
export const roles = ['admin', 'editor', 'viewer'] as const

export const role = z
  .enum(roles)
  .describe(
    'viewer: sees integrations, runs and logs; editor: changes them and sees data; admin: people, tokens of all, audit log',
  )
export type Role = z.output<typeof role>

const email = z.email('this is not an e-mail address').max(254)
const personName = z.string().trim().min(1, 'a name is needed').max(100)
const password = z
  .string()
  .min(10, 'a password has at least 10 characters')
  .max(200, 'a password has at most 200 characters')

export const user = z
  .object({
    id,
    email: z.string(),
    name: z.string(),
    role,
    active: z.boolean().describe('Who is not can neither sign in nor use a token'),
    created_at: time,
    seen_at: time.nullable().describe('When a session of theirs was last used, to the hour'),
  })
  .meta({ id: 'User' })
export type User = z.output<typeof user>

export const userEdit = z
  .strictObject({ name: personName.optional(), role: role.optional(), active: z.boolean().optional() })
  .meta({ id: 'UserEdit' })
export type UserEdit = z.output<typeof userEdit>

export const me = z
  .object({
    user,
    role: role.describe("What this request may do: the user's role, and no more than a token's scope"),
    via: z.enum(['session', 'token']),
  })
  .meta({ id: 'Me' })
export type Me = z.output<typeof me>

export const meEdit = z.strictObject({ name: personName }).meta({ id: 'MeEdit' })

/** What a page asks before anybody has signed in. */
export const door = z
  .object({
    first: z.boolean().describe('Nobody has signed up yet: who does so now is the administrator'),
    mail: z.boolean().describe('Whether this service sends e-mail, such as for a forgotten password'),
    signed_in: z.boolean(),
  })
  .meta({ id: 'Door' })
export type Door = z.output<typeof door>

export const signUp = z
  .object({
    name: personName,
    email,
    password,
    invitation: z.string().max(200).optional().describe('The token of the link; not for the first user'),
  })
  .meta({ id: 'SignUp' })
export type SignUp = z.output<typeof signUp>

export const signIn = z
  .object({ email, password: z.string().min(1, 'a password is needed').max(200) })
  .meta({ id: 'SignIn' })
export type SignIn = z.output<typeof signIn>

export const passwordChange = z
  .object({ current_password: z.string().min(1).max(200), new_password: password })
  .meta({ id: 'PasswordChange' })
export type PasswordChange = z.output<typeof passwordChange>

export const passwordForgotten = z.object({ email }).meta({ id: 'PasswordForgotten' })

export const passwordReset = z
  .object({ token: z.string().min(1).max(200), new_password: password })
  .meta({ id: 'PasswordReset' })
export type PasswordReset = z.output<typeof passwordReset>

export const session = z
  .object({
    id,
    current: z.boolean().describe('The one that asks'),
    created_at: time,
    seen_at: time.describe('To the hour'),
    expires_at: time,
    ip: z.string().nullable(),
    user_agent: z.string().nullable(),
  })
  .meta({ id: 'Session' })
export type Session = z.output<typeof session>

export const invitationInput = z.object({ email, role }).meta({ id: 'InvitationInput' })
export type InvitationInput = z.output<typeof invitationInput>

export const invitation = z
  .object({
    id,
    email: z.string(),
    role,
    invited_by: z.string().nullable().describe('An e-mail address'),
    created_at: time,
    expires_at: time,
  })
  .meta({ id: 'Invitation' })
export type Invitation = z.output<typeof invitation>

export const invitationMade = invitation
  .extend({
    link: z.string().describe('Shown this once; who has it can sign up'),
    sent: z.boolean().describe('Whether it was sent by e-mail'),
  })
  .meta({ id: 'InvitationMade' })
export type InvitationMade = z.output<typeof invitationMade>

export const invitationToken = z.object({ token: z.string().min(1).max(200) }).meta({ id: 'InvitationToken' })

export const invitationShown = z
  .object({ email: z.string(), role, expires_at: time })
  .meta({ id: 'InvitationShown' })
export type InvitationShown = z.output<typeof invitationShown>
