/**
 * Stripe's pages and calls by which a person lets an app read their account. Whoever comes to the page says yes at once.
 * An access token is a key of the account; that of an app ends after an hour, and its refresh token is good once.
 * Sources: docs.stripe.com/stripe-apps/api-authentication/oauth, docs.stripe.com/connect/oauth-reference.
 */
import { randomBytes } from 'node:crypto'
import type { Keyring } from './auth.ts'
import type { Clock } from './clock.ts'
import type { Query } from './query.ts'

const codeLasts = 300_000
const tokenLasts = 3_600_000

export interface OauthAnswer {
  readonly status: number
  readonly body: unknown
  readonly location?: string
}

export interface Oauth {
  /** Undefined for what is not its business. */
  answer(asked: {
    readonly method: string
    readonly path: string
    readonly query: Query
    readonly form: Query
    readonly authorization: string | undefined
  }): OauthAnswer | undefined
  /** Ends the tokens whose time is over; before each request. */
  tick(): void
  /** The person takes it back: no token of the account is good any more. */
  revoke(): void
}

export function oauth({ keys, clock, account }: { keys: Keyring; clock: Clock; account: string }): Oauth {
  const codes = new Map<string, { readonly ends: number; readonly isApp: boolean }>()
  const refreshTokens = new Map<string, { readonly isApp: boolean; readonly access: string }>()
  const access = new Map<string, number>()
  const random = (prefix: string) => `${prefix}${randomBytes(12).toString('hex')}`
  const no = (error: string, error_description: string): OauthAnswer => ({
    status: 400,
    body: { error, error_description },
  })

  function grant(isApp: boolean): OauthAnswer {
    const token = random('sk_test_oauth')
    const refresh = random('rt_')
    keys.set(token, { permissions: 'all' })
    refreshTokens.set(refresh, { isApp, access: token })
    access.set(token, isApp ? clock.now() + tokenLasts : Number.POSITIVE_INFINITY)
    return {
      status: 200,
      body: {
        access_token: token,
        refresh_token: refresh,
        livemode: false,
        scope: isApp ? 'stripe_apps' : 'read_write',
        stripe_publishable_key: random('pk_test_'),
        stripe_user_id: account,
        token_type: 'bearer',
      },
    }
  }

  function token(form: Query): OauthAnswer {
    const kind = form.values.get('grant_type')
    if (kind === 'authorization_code') {
      const code = form.values.get('code') ?? ''
      const found = codes.get(code)
      codes.delete(code)
      if (!found || found.ends < clock.now()) {
        return no('invalid_grant', `Authorization code does not exist: ${code}`)
      }
      return grant(found.isApp)
    }
    if (kind === 'refresh_token') {
      const given = form.values.get('refresh_token') ?? ''
      const found = refreshTokens.get(given)
      if (!found) return no('invalid_grant', 'Token has been expired or revoked.')
      if (found.isApp) refreshTokens.delete(given)
      return grant(found.isApp)
    }
    return no('unsupported_grant_type', `Unsupported grant_type: ${kind}`)
  }

  function revoke(): void {
    for (const key of access.keys()) keys.revoke(key)
    for (const held of [access, refreshTokens, codes]) held.clear()
  }

  return {
    answer({ method, path, query, form, authorization }) {
      const isApp = path === '/oauth/v2/authorize' || path === '/v1/oauth/token'
      if (method === 'GET' && (path === '/oauth/v2/authorize' || path === '/oauth/authorize')) {
        const back = URL.parse(query.values.get('redirect_uri') ?? '')
        if (!back || !query.values.get('client_id')?.startsWith('ca_')) {
          return no('invalid_client', 'No such application')
        }
        const code = random('ac_')
        codes.set(code, { ends: clock.now() + codeLasts, isApp })
        back.searchParams.set('code', code)
        back.searchParams.set('state', query.values.get('state') ?? '')
        return { status: 302, body: {}, location: back.href }
      }
      const isToken = path === '/v1/oauth/token' || path === '/oauth/token'
      if (method !== 'POST' || !(isToken || path === '/oauth/deauthorize')) return undefined
      keys.authenticate(authorization)
      if (isToken) return token(form)
      revoke()
      return { status: 200, body: { stripe_user_id: account } }
    },
    tick() {
      for (const [key, ends] of access) {
        if (ends > clock.now()) continue
        keys.revoke(key)
        access.delete(key)
      }
    },
    revoke,
  }
}
