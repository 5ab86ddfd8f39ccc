/** API tokens: `slt_…`, of which only the hash is kept. */
import * as store from '../../../store/people/tokens.ts'
import { NotFoundError } from '../errors.ts'
import type { Scope, Token, TokenInput, TokenMade } from '../resources/token.ts'
import { type Role, roles } from '../resources/user.ts'
import { iso } from '../values.ts'
import type { Actor } from './actor.ts'
import type { PeopleContext } from './context.ts'
import { change } from './deed.ts'
import { hashOf, newSecret } from './secret.ts'

export const tokenPrefix = 'slt_'
const shownLength = tokenPrefix.length + 6
const day = 86_400_000

/** The role that a scope stands for. */
const roleOf: Readonly<Record<Scope, Role>> = { read: 'viewer', write: 'editor', admin: 'admin' }

/** One's own; for an administrator those of all. Newest first. */
export async function listTokens({ service }: PeopleContext, actor: Actor): Promise<readonly Token[]> {
  return (await store.tokens(service.pool, owner(actor))).map(tokenOf)
}

/** The only time that the token itself is seen. */
export async function createToken(
  { service }: PeopleContext,
  actor: Actor,
  { name, scope, expires_in_days }: TokenInput,
): Promise<TokenMade> {
  const { text, hash } = newSecret(tokenPrefix)
  const now = service.clock()
  const row = {
    id: service.newId(),
    user_id: actor.user.id,
    name,
    scope,
    shown: text.slice(0, shownLength),
    expires_at: expires_in_days === null ? null : new Date(now + expires_in_days * day),
  }
  await change(service.pool, async (sql, about) => {
    about(row)
    await store.insertToken(sql, { ...row, hash })
  })
  const token = tokenOf({ ...row, email: actor.user.email, created_at: new Date(now), used_at: null })
  return { ...token, token: text }
}

/** One's own, or as an administrator anybody's. Throws `NotFoundError`. */
export async function revokeToken({ service }: PeopleContext, actor: Actor, id: string): Promise<void> {
  await change(service.pool, async (sql, about) => {
    const name = await store.deleteToken(sql, id, owner(actor))
    if (name === undefined) throw new NotFoundError('token')
    about({ id, name })
  })
}

/** On whose behalf a token speaks; undefined when it opens nothing (any more). */
export async function actorOfToken({ service }: PeopleContext, text: string): Promise<Actor | undefined> {
  if (!text.startsWith(tokenPrefix)) return undefined
  const holder = await store.holderOfToken(service.pool, hashOf(text))
  if (!holder) return undefined
  const { id, email, name, role, scope, token, token_name } = holder
  return {
    user: { id, email, name },
    role: lesser(role, roleOf[scope]),
    via: 'token',
    credential: { id: token, name: token_name },
  }
}

function lesser(a: Role, b: Role): Role {
  return roles.indexOf(a) > roles.indexOf(b) ? a : b
}

/** Whose tokens somebody may see and end: all when null. */
function owner(actor: Actor): string | null {
  return actor.role === 'admin' ? null : actor.user.id
}

function tokenOf({ user_id, email, created_at, expires_at, used_at, ...row }: store.TokenRow): Token {
  const { id, name, scope, shown } = row
  return {
    id,
    name,
    scope,
    shown,
    user: { id: user_id, email },
    created_at: iso(created_at),
    expires_at: iso(expires_at),
    used_at: iso(used_at),
  }
}
