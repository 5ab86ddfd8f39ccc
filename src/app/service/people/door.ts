/** Coming in: the first user, those who were invited, and whoever knows a password. */
import { type Sql, transaction } from '../../../store/database.ts'
import { deleteLink, type LinkRow, linkByHash } from '../../../store/people/links.ts'
import { anyUser, insertUser, lockUsers, userByEmail } from '../../../store/people/users.ts'
import { ConflictError, FieldError, NotFoundError } from '../errors.ts'
import type { Door, InvitationShown, SignIn, SignUp, User } from '../resources/user.ts'
import { iso } from '../values.ts'
import type { Visit } from './actor.ts'
import { audit } from './audit.ts'
import { type Opened, Refused } from './auth.ts'
import type { PeopleContext } from './context.ts'
import { attempt, forgive } from './limits.ts'
import { hashOf } from './secret.ts'
import { getUser } from './users.ts'

/** A session that has begun or ended, with the cookies that say so. */
export interface Passed<T> {
  readonly value: T
  readonly cookies: readonly string[]
}

/** Address or password are wrong; which of them is not said. */
export class SignInError extends Error {
  constructor() {
    super('the e-mail address or the password is wrong')
    this.name = 'SignInError'
  }
}

/** What a page must know before anybody has signed in. */
export async function door(people: PeopleContext, visit: Visit): Promise<Door> {
  const { service, auth, mailer } = people
  return {
    first: !(await anyUser(service.pool)),
    mail: mailer !== undefined,
    signed_in: (await auth.session(visit)) !== undefined,
  }
}

/** Throws `SignInError`, `ConflictError` for somebody who was deactivated, and `TooManyError`. */
export async function signIn(
  people: PeopleContext,
  { email, password }: SignIn,
  visit: Visit,
): Promise<Passed<User>> {
  const { service, auth } = people
  await attempt(service, 'place', visit.ip)
  await attempt(service, 'email', email)
  await attempt(service, 'password', email, visit.ip)
  const refused = async (why: string) => {
    const deed = { action: 'user.sign_in_failed', object: { kind: 'user', name: email }, ip: visit.ip }
    await audit(service.pool, email, { ...deed, details: { why } })
  }
  try {
    const opened = await auth.signIn(email, password, visit)
    if (!opened) {
      await refused('wrong address or password')
      throw new SignInError()
    }
    await forgive(service, 'password', email, visit.ip)
    return await entered(people, opened)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    await refused('deactivated')
    throw new ConflictError('this user was deactivated', { cure: 'ask an administrator', cause: error })
  }
}

async function entered(people: PeopleContext, { user, cookies }: Opened): Promise<Passed<User>> {
  return { value: await getUser(people, user), cookies }
}

/**
 * The first to sign up is the administrator; then only those who were invited, under the address of the invitation.
 * Throws `FieldError`, `NotFoundError` for an invitation that is none (any more), and `TooManyError`.
 */
export async function signUp(people: PeopleContext, input: SignUp, visit: Visit): Promise<Passed<User>> {
  const { service, auth } = people
  const { name, password } = input
  await attempt(service, 'place', visit.ip)
  const hash = await auth.hash(password)
  const email = await transaction(service.pool, async (sql) => {
    // Who comes at the same time waits, and is then not the first.
    await lockUsers(sql)
    const first = !(await anyUser(sql))
    const invitation = first ? undefined : await invited(sql, input.invitation)
    const email = invitation?.email ?? input.email
    if (email.toLowerCase() !== input.email.toLowerCase()) {
      throw new FieldError('email', 'the invitation is for another e-mail address')
    }
    if (await userByEmail(sql, email)) {
      throw new FieldError('email', 'there is a user of this address already', { cure: 'sign in' })
    }
    const role = invitation?.role ?? 'admin'
    const id = service.newId()
    await insertUser(sql, { id, email, name, role }, service.newId(), hash)
    if (invitation) await deleteLink(sql, 'invitation', invitation.id)
    await audit(sql, email, {
      action: 'user.sign_up',
      object: { kind: 'user', id, name: email },
      details: { role, first },
      ip: visit.ip,
    })
    return email
  })
  const opened = await auth.signIn(email, password, visit)
  if (!opened) throw new Error('the user who was just made cannot sign in')
  return entered(people, opened)
}

/** Whom an invitation is for. Throws `NotFoundError`, `TooManyError`. */
export async function showInvitation(
  people: PeopleContext,
  token: string,
  visit: Visit,
): Promise<InvitationShown> {
  await attempt(people.service, 'place', visit.ip)
  const { email, role, expires_at } = await invited(people.service.pool, token)
  if (role === null) throw new Error('an invitation without a role')
  return { email, role, expires_at: iso(expires_at) }
}

async function invited(sql: Sql, token: string | undefined): Promise<LinkRow> {
  if (token === undefined) {
    throw new FieldError('invitation', 'signing up takes an invitation', {
      cure: 'ask an administrator for one',
    })
  }
  const link = await linkByHash(sql, 'invitation', hashOf(token))
  if (!link) throw new NotFoundError('invitation; it may have expired or been used')
  return link
}

/** Ends the session, if there is one. */
export async function signOut({ auth }: PeopleContext, visit: Visit): Promise<Passed<null>> {
  return { value: null, cookies: await auth.signOut(visit) }
}
