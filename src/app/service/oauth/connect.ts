/** A person connects an account on Stripe's pages: sent there with a state, and back with a code. */
import { ConfigError } from '../../../core/errors.ts'
import { transaction } from '../../../store/database.ts'
import { insertGrant, keepGrant, takeState } from '../../../store/oauth.ts'
import { authorizeUrl, exchange } from '../../../stripe/oauth.ts'
import { ConflictError } from '../errors.ts'
import type { Actor } from '../people/actor.ts'
import type { PeopleContext } from '../people/context.ts'
import { change } from '../people/deed.ts'
import { hashOf, newSecret } from '../people/secret.ts'
import type { Oauth } from '../resources/oauth.ts'
import { appOf } from './tokens.ts'

/** Milliseconds: for Stripe's pages, and until the tokens are an integration's. */
const onTheWay = 30 * 60_000
const untilUsed = 60 * 60_000
const patience = 60_000

/** Whether the operator has registered an app. */
export function oauthState({ service }: PeopleContext): Oauth {
  return { configured: service.oauth !== undefined, kind: service.oauth?.kind ?? null }
}

/** The address that Stripe sends people back to; it must be registered with the app. */
export const redirectOf = (people: PeopleContext): string => `${people.url().replace(/\/$/, '')}/oauth/stripe`

/** Stripe's page for this person. What comes back is taken from this session alone, once, within half an hour. */
export async function startOauth(people: PeopleContext, actor: Actor): Promise<{ readonly url: string }> {
  const { service } = people
  let app: ReturnType<typeof appOf>
  try {
    app = appOf(service)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new ConflictError(error.message, { ...(error.cure ? { cure: error.cure } : {}), cause: error })
  }
  const { text, hash } = newSecret()
  await change(service.pool, (sql) =>
    insertGrant(sql, {
      id: service.newId(),
      state: hash,
      session: actor.credential.id,
      ends: new Date(service.clock() + onTheWay),
    }),
  )
  return { url: authorizeUrl(app, { state: text, redirect: redirectOf(people) }) }
}

/**
 * Takes what Stripe sent the person back with. Gives the id under which the account can be made an integration's for an
 * hour. Throws `ConfigError` for a state that is not this session's, a code that is none, or a person who said no.
 */
export async function finishOauth(
  people: PeopleContext,
  actor: Actor,
  back: { readonly state: string; readonly code: string | undefined; readonly refused: string | undefined },
): Promise<string> {
  const { service } = people
  const at = new Date(service.clock())
  const state = hashOf(back.state)
  const id = await takeState(service.pool, { state, session: actor.credential.id, at })
  if (id === undefined) {
    throw new ConfigError('this way back from Stripe is not yours, was taken before, or took too long', {
      cure: 'connect the account again, from here',
    })
  }
  if (back.code === undefined) {
    throw new ConfigError(`Stripe did not connect the account: ${back.refused ?? 'it does not say why'}`, {
      cure: 'connect it again, or use a restricted key',
    })
  }
  const signal = AbortSignal.timeout(patience)
  const { account, ...tokens } = await exchange(appOf(service), back.code, service.clock(), signal)
  await transaction(service.pool, async (sql) => {
    const secret = await service.vault.put(sql, JSON.stringify(tokens))
    await keepGrant(sql, id, { secret, account, ends: new Date(service.clock() + untilUsed) })
  })
  return id
}
