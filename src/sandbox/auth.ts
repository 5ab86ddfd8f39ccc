/** API keys: who may read what, and Stripe's refusals. Sources: docs.stripe.com/keys, /stripe-apps/reference/permissions. */
import type { CatalogStream } from '../stripe/catalog.ts'
import { ApiError } from './api-error.ts'

export interface Grant {
  /** Names of permissions (`invoice_read`, `charge_write`), or everything. */
  readonly permissions: 'all' | readonly string[]
  readonly revoked?: boolean
}

export interface Caller {
  readonly key: string
  readonly grant: Grant
  readonly livemode: boolean
}

export interface Keyring {
  /** Who sends the request. Throws 401 in Stripe's words. */
  authenticate(authorization: string | undefined): Caller
  set(key: string, grant: Grant): void
  revoke(key: string): void
}

/** A permission that others come with. */
const implied: Readonly<Record<string, readonly string[]>> = {
  invoice_read: ['credit_note_read'],
  credit_note_read: ['invoice_read'],
  checkout_session_read: [
    'mandate_read',
    'payment_intent_read',
    'payment_links_read',
    'product_read',
    'setup_intent_read',
  ],
  payment_method_read: ['source_read'],
  transfer_read: ['payout_read'],
  customer_read: ['billing_clock_read'],
  payment_intent_read: ['product_read'],
  quote_read: ['product_read'],
  payment_links_read: ['product_read'],
  balance_transaction_source_read: ['application_fee_read', 'balance_read', 'transfer_read'],
}

/** @param known when given, no other key is accepted; without it, every well-formed secret key reads everything */
export function keyring(known: Readonly<Record<string, Grant>> | undefined): Keyring {
  const grants = new Map(Object.entries(known ?? {}))
  return {
    set: (key, grant) => grants.set(key, grant),
    revoke(key) {
      grants.set(key, { permissions: grants.get(key)?.permissions ?? 'all', revoked: true })
    },
    authenticate(authorization) {
      const key = keyOf(authorization)
      if (key === undefined) {
        throw new ApiError(
          401,
          "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
        )
      }
      if (key.startsWith('pk_')) {
        throw new ApiError(
          401,
          'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
          { code: 'secret_key_required' },
        )
      }
      const grant = grants.get(key) ?? (known === undefined && wellFormed(key) ? everything : undefined)
      if (grant === undefined) throw new ApiError(401, `Invalid API Key provided: ${redacted(key)}`)
      if (grant.revoked === true) {
        throw new ApiError(401, `Expired API Key provided: ${redacted(key)}`, { code: 'api_key_expired' })
      }
      return { key, grant, livemode: /^[a-z_]+_live_/.test(key) }
    },
  }
}

const everything: Grant = { permissions: 'all' }

/** A key that ends in `invalid` is refused, so that a wrong key can be tried without any set-up. */
const wellFormed = (key: string) => /^(sk|rk|sk_org)_(test|live)_\w+$/.test(key) && !key.endsWith('invalid')

function keyOf(authorization: string | undefined): string | undefined {
  const [scheme, value] = authorization?.trim().split(/\s+/, 2) ?? []
  if (scheme?.toLowerCase() === 'bearer') return value
  if (scheme?.toLowerCase() !== 'basic' || value === undefined) return undefined
  return Buffer.from(value, 'base64').toString('latin1').split(':')[0] || undefined
}

/** `rk_live_********abcd`, as Stripe shows keys. */
export function redacted(key: string): string {
  const prefix = /^[a-z]+_(?:live|test)_/.exec(key)?.[0] ?? ''
  return `${prefix}${'*'.repeat(Math.max(0, key.length - prefix.length - 4))}${key.slice(-4)}`
}

export function permissionOf(stream: CatalogStream): string {
  return stream.permission ?? `${(stream.objects[0] ?? stream.name).replaceAll('.', '_')}_read`
}

/** Throws the 403 `more_permissions_required` of a restricted key. */
export function requirePermission(caller: Caller, permission: string, label: string, account: string): void {
  const { permissions } = caller.grant
  if (permissions === 'all') return
  const isWrite = permission.endsWith('_write')
  const names = permissions.map((name) => name.replace(/^rak_/, ''))
  const has = names.flatMap((name) => {
    const read = name.replace(/_write$/, '_read')
    return [read, ...(implied[read] ?? [])]
  })
  if ((isWrite ? names : has).includes(permission)) return
  throw new ApiError(
    403,
    `The provided key '${redacted(caller.key)}' does not have the required permissions for this endpoint on account '${account}'. Enabling "${label} ${isWrite ? 'Write' : 'Read'}" ('${permission}') permissions on this key would allow this request to continue. You can edit permissions at https://dashboard.stripe.com/${account}/apikeys/${caller.key.slice(0, 8)}${caller.key.slice(-4)}/edit`,
    { code: 'more_permissions_required' },
  )
}

/** `Tax rates` of `tax_rates`. */
export function labelOf(stream: CatalogStream): string {
  const words = stream.name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
