/** Invitations: a link that lets somebody sign up once. */
import { deleteLink, openInvitations, putLink } from '../../../store/people/links.ts'
import { userByEmail } from '../../../store/people/users.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import type { Invitation, InvitationInput, InvitationMade } from '../resources/user.ts'
import { iso } from '../values.ts'
import type { Actor } from './actor.ts'
import type { PeopleContext } from './context.ts'
import { change } from './deed.ts'
import { newSecret } from './secret.ts'

/** Milliseconds. */
const lasts = 7 * 86_400_000

/** Those that are open, newest first. */
export async function listInvitations({ service }: PeopleContext): Promise<readonly Invitation[]> {
  const rows = await openInvitations(service.pool)
  return rows.flatMap(({ id, email, role, invited_by, created_at, expires_at }) =>
    role === null
      ? []
      : [{ id, email, role, invited_by, created_at: iso(created_at), expires_at: iso(expires_at) }],
  )
}

/** Sent by e-mail where that is configured; the link is in the answer in any case. Throws `FieldError`. */
export async function invite(
  { service, mailer, url }: PeopleContext,
  actor: Actor,
  { email, role }: InvitationInput,
): Promise<InvitationMade> {
  if (await userByEmail(service.pool, email)) {
    throw new FieldError('email', 'there is a user of this address already')
  }
  const { text, hash } = newSecret()
  const id = service.newId()
  const now = service.clock()
  const expires = new Date(now + lasts)
  const made = {
    id,
    kind: 'invitation',
    hash,
    email,
    role,
    user: null,
    madeBy: actor.user.id,
    expires,
  } as const
  await change(service.pool, async (sql, about) => {
    about({ id, name: email })
    await putLink(sql, made)
  })
  const link = `${url()}/sign-up?invitation=${text}`
  const sent = await mailer
    ?.send({
      to: email,
      subject: 'You are invited to Sluice',
      text: `${actor.user.name} (${actor.user.email}) invites you to Sluice. With this link you sign up, within a week:\n\n${link}\n`,
    })
    .then(
      () => true,
      (error: unknown) => {
        service.log('error', `an invitation was not sent: ${String(error)}`)
        return false
      },
    )
  const [created_at, expires_at] = [iso(new Date(now)), iso(expires)]
  return { id, email, role, invited_by: actor.user.email, created_at, expires_at, link, sent: sent ?? false }
}

/** Throws `NotFoundError`. */
export async function revokeInvitation({ service }: PeopleContext, id: string): Promise<void> {
  await change(service.pool, async (sql, about) => {
    const email = await deleteLink(sql, 'invitation', id)
    if (email === undefined) throw new NotFoundError('invitation')
    about({ id, name: email })
  })
}
