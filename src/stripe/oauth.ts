/**
 * Stripe lets a person allow an app of the operator's to read their account, without a key. Sources:
 * docs.stripe.com/stripe-apps/api-authentication/oauth (apps: tokens of an hour, refreshed by tokens that are used
 * once), docs.stripe.com/connect/oauth-reference (Connect: tokens that do not end).
 */
import { createHash } from 'node:crypto'
import { ConfigError } from '../core/errors.ts'
import type { Query, StripeObject } from './api.ts'
import { type ApiKey, parseApiKey } from './apiKey.ts'
import { reconnect, type StripeErrorDetails } from './errors.ts'
import { encodeQuery } from './query.ts'
import { write } from './write.ts'

/** What the operator has registered with Stripe. */
export interface OauthApp {
  readonly kind: 'app' | 'connect'
  readonly clientId: string
  /** A secret key of the operator's own account: it says who asks for tokens, and in which mode. */
  readonly secret: ApiKey
  /** Instead of Stripe's own addresses: a sandbox. */
  readonly base?: string | undefined
}

export interface Tokens {
  readonly access: string
  readonly refresh: string | null
  /** Milliseconds since 1970; null for one that does not end. */
  readonly ends: number | null
}

export interface Granted extends Tokens {
  readonly account: string
}

const hour = 3_600_000

const addresses = ({ kind, base }: OauthApp) =>
  kind === 'app'
    ? {
        authorize: `${base ?? 'https://marketplace.stripe.com'}/oauth/v2/authorize`,
        host: base ?? 'https://api.stripe.com',
        token: '/v1/oauth/token',
      }
    : {
        authorize: `${base ?? 'https://connect.stripe.com'}/oauth/authorize`,
        host: base ?? 'https://connect.stripe.com',
        token: '/oauth/token',
      }

/** Checks what the operator has set. Throws `ConfigError`. */
export function oauthApp(given: {
  readonly kind: string
  readonly clientId: string
  readonly secret: string
  readonly base?: string | undefined
}): OauthApp {
  const { kind, clientId, base } = given
  const cure = 'see SLUICE_STRIPE_CLIENT_ID, SLUICE_STRIPE_CLIENT_SECRET and SLUICE_STRIPE_OAUTH'
  if (kind !== 'app' && kind !== 'connect') {
    throw new ConfigError(`there is no OAuth of the kind ${kind}, but app and connect`, { cure })
  }
  if (!/^ca_\w+$/.test(clientId)) throw new ConfigError('the client id does not begin with ca_', { cure })
  const secret = parseApiKey(given.secret)
  if (typeof secret === 'string') throw new ConfigError(`the client secret: ${secret}`, { cure })
  return { kind, clientId, secret, base }
}

/** The page of Stripe's on which a person allows it; Stripe sends them back to `redirect`, with `state`. */
export function authorizeUrl(
  app: OauthApp,
  { state, redirect }: { readonly state: string; readonly redirect: string },
): string {
  const scope = app.kind === 'connect' ? { response_type: 'code', scope: 'read_write' } : {}
  const query = { client_id: app.clientId, state, redirect_uri: redirect, ...scope }
  return `${addresses(app).authorize}?${encodeQuery(query)}`
}

/** Tokens for the code with which the person came back. Throws `ConfigError` for one that is used or too old. */
export async function exchange(
  app: OauthApp,
  code: string,
  now: number,
  signal: AbortSignal,
): Promise<Granted> {
  const answer = await asked(app, { grant_type: 'authorization_code', code }, code, signal)
  const account = answer.stripe_user_id
  if (typeof account !== 'string') throw strange(app)
  return { ...tokensOf(app, answer, now), account }
}

/** New tokens for old ones, which are good for nothing from then on. Throws `ConfigError` when the person has taken it back. */
export async function refreshed(
  app: OauthApp,
  refresh: string,
  now: number,
  signal: AbortSignal,
): Promise<Tokens> {
  const form = { grant_type: 'refresh_token', refresh_token: refresh }
  return tokensOf(app, await asked(app, form, refresh, signal), now)
}

/** Takes back what the person allowed. Only Connect has a call for it: of an app, the person removes it in Stripe. */
export async function deauthorize(app: OauthApp, account: string, signal: AbortSignal): Promise<void> {
  if (app.kind !== 'connect') return
  const form = { client_id: app.clientId, stripe_user_id: account }
  await write({ ...calling(app), path: '/oauth/deauthorize', form, idempotencyKey: keyOf(account) }, signal)
}

/**
 * The idempotency key is made of what is used up: an answer that was lost, also by a process that died before it was
 * written down, comes again instead of a refusal, where Stripe keeps it.
 */
function asked(app: OauthApp, form: Query, used: string, signal: AbortSignal): Promise<StripeObject> {
  return write({ ...calling(app), path: addresses(app).token, form, idempotencyKey: keyOf(used) }, signal)
}

const keyOf = (used: string) => `sluice-${createHash('sha256').update(used).digest('hex').slice(0, 40)}`

const calling = (app: OauthApp) => ({
  base: addresses(app).host,
  method: 'POST' as const,
  headers: { authorization: `Bearer ${app.secret.reveal()}`, accept: 'application/json' },
  refused,
})

function refused({ code, status, words }: StripeErrorDetails): ConfigError {
  if (code === 'invalid_grant') {
    return new ConfigError(`Stripe no longer lets Sluice read the account: ${words}`, { cure: reconnect })
  }
  return new ConfigError(`Stripe refuses to connect the account: ${words} (HTTP ${status})`, {
    cure: 'have an operator see SLUICE_STRIPE_CLIENT_ID and SLUICE_STRIPE_CLIENT_SECRET',
  })
}

function tokensOf(app: OauthApp, answer: StripeObject, now: number): Tokens {
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = answer
  if (typeof access !== 'string') throw strange(app)
  const lasts = typeof seconds === 'number' ? seconds * 1000 : app.kind === 'app' ? hour : null
  return {
    access,
    refresh: typeof refresh === 'string' ? refresh : null,
    ends: lasts === null ? null : now + lasts,
  }
}

const strange = (app: OauthApp) =>
  new ConfigError(`${addresses(app).host} does not answer as Stripe does: there is no token`, {
    cure: 'try it again; if it stays so, use a restricted key',
  })
