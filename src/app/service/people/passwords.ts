/** Passwords: changed by who knows it, set anew by who has a link or the machine. */

import { ConfigError } from '../../../core/errors.ts'
import { transaction } from '../../../store/database.ts'
import { deleteLink, linkByHash, putLink } from '../../../store/people/links.ts'
import { deleteSessions, passwordHash, updatePassword, userByEmail } from '../../../store/people/users.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import type { PasswordChange, PasswordReset } from '../resources/user.ts'
import type { Actor, Visit } from './actor.ts'
import { audit } from './audit.ts'
import type { PeopleContext } from './context.ts'
import { change } from './deed.ts'
import { attempt } from './limits.ts'
import { hashOf, newSecret } from './secret.ts'

/** Milliseconds. */
const linkLasts = 3_600_000

/** The user's other sessions end. Throws `FieldError`, `TooManyError`. */
export async function changePassword(
  { service, auth }: PeopleContext,
  actor: Actor,
  { current_password, new_password }: PasswordChange,
  visit: Visit,
): Promise<void> {
  const { user } = actor
  await attempt(service, 'password', user.email, visit.ip)
  const known = await passwordHash(service.pool, user.id)
  if (known === undefined || !(await auth.verify(known, current_password))) {
    throw new FieldError('current_password', 'this is not your password')
  }
  const hash = await auth.hash(new_password)
  await change(service.pool, async (sql, about) => {
    about({ id: user.id, name: user.email })
    await updatePassword(sql, user.id, hash)
    await deleteSessions(sql, user.id, actor.via === 'session' ? actor.credential.id : null)
  })
}

/**
 * Sends a link by e-mail. Whether there is such a user is not told, by the answer or by its time. Throws
 * `FieldError` where this service sends none, `TooManyError`.
 */
export async function forgotPassword(people: PeopleContext, email: string, visit: Visit): Promise<void> {
  const { service, mailer, url } = people
  if (!mailer) {
    throw new FieldError('email', 'this service sends no e-mail', {
      cure: 'ask whoever runs it for `sluice user reset-password`',
    })
  }
  await attempt(service, 'place', visit.ip)
  await attempt(service, 'letter', email)
  const user = await userByEmail(service.pool, email)
  if (user?.active !== true) return
  const { text, hash } = newSecret()
  await transaction(service.pool, (sql) =>
    putLink(sql, {
      id: service.newId(),
      kind: 'password',
      hash,
      email: user.email,
      role: null,
      user: user.id,
      madeBy: null,
      expires: new Date(service.clock() + linkLasts),
    }),
  )
  // The answer does not wait for the mail server: it would be slower where there is a user.
  void mailer
    .send({
      to: user.email,
      subject: 'A new password for Sluice',
      text: `With this link you set a new password, within an hour:\n\n${url()}/reset-password?token=${text}\n\nIf you did not ask for it, ignore this letter.\n`,
    })
    .catch((error: unknown) => service.log('error', `a letter was not sent: ${String(error)}`))
}

/** With the token of the link. All sessions of the user end. Throws `NotFoundError`, `TooManyError`. */
export async function resetPassword(
  { service, auth }: PeopleContext,
  { token, new_password }: PasswordReset,
  visit: Visit,
): Promise<void> {
  await attempt(service, 'place', visit.ip)
  const hash = await auth.hash(new_password)
  await transaction(service.pool, async (sql) => {
    const link = await linkByHash(sql, 'password', hashOf(token), { lock: true })
    if (!link?.user_id) throw new NotFoundError('link; it may have expired or been used')
    await deleteLink(sql, 'password', link.id)
    await updatePassword(sql, link.user_id, hash)
    await deleteSessions(sql, link.user_id)
    await audit(sql, link.email, {
      action: 'user.password_reset',
      object: { kind: 'user', id: link.user_id, name: link.email },
      ip: visit.ip,
    })
  })
}

/** For who has the machine. All sessions of the user end. Throws `ConfigError`. */
export async function setPasswordOf(
  { service, auth }: PeopleContext,
  email: string,
  password: string,
): Promise<void> {
  const user = await userByEmail(service.pool, email)
  if (!user) {
    throw new ConfigError(`there is no user ${email}`, {
      cure: 'see the users of the service in its web app',
    })
  }
  const hash = await auth.hash(password)
  await transaction(service.pool, async (sql) => {
    await updatePassword(sql, user.id, hash)
    await deleteSessions(sql, user.id)
    await audit(sql, null, {
      action: 'user.password_set',
      object: { kind: 'user', id: user.id, name: user.email },
    })
  })
}
