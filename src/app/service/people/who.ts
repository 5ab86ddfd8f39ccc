/** Who asks: by a session's cookie, or by a token. */
import { userById } from '../../../store/people/users.ts'
import type { Actor, Visit } from './actor.ts'
import type { PeopleContext } from './context.ts'
import { actorOfToken } from './tokens.ts'

/** Undefined when neither opens anything. A token that is shown counts alone, whatever cookies come with it. */
export async function who(
  people: PeopleContext,
  visit: Visit,
  token: string | undefined,
): Promise<Actor | undefined> {
  if (token !== undefined) return actorOfToken(people, token)
  const session = await people.auth.session(visit)
  if (!session) return undefined
  const user = await userById(people.service.pool, session.user)
  if (user?.active !== true) return undefined
  const { id, email, name, role } = user
  return { user: { id, email, name }, role, via: 'session', credential: { id: session.id, name: null } }
}
