import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import { parseApiKey } from './apiKey.ts'

/** Requests per second that Stripe answers: for the account, for one endpoint, for endpoints of their own limit. */
export interface Limits {
  readonly account: number
  readonly endpoint: number
  readonly endpoints: Readonly<Record<string, number>>
}

const files = { '/v1/files': 20, '/v1/files/{id}': 20 }

/** docs.stripe.com/rate-limits: the same for one endpoint in both modes; files have a limiter of their own. */
const limits: Readonly<Record<'live' | 'test', Limits>> = {
  live: { account: 100, endpoint: 25, endpoints: files },
  test: { account: 25, endpoint: 25, endpoints: files },
}

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

const apiKey = z.string({ error: 'an API key is needed' }).transform((text, context) => {
  const key = parseApiKey(text)
  if (typeof key !== 'string') return key
  context.addIssue({ code: 'custom', message: key })
  return z.NEVER
})

const apiBase = z.string().transform((text, context) => {
  const problem = (message: string) => {
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  }
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return problem('the API base is not an address such as https://api.stripe.com')
  }
  if (url.username || url.password || url.search || url.hash) {
    return problem('the API base must be a plain address, without credentials, query or fragment')
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`
})

const badRate = "the rate is not a share of Stripe's limits between 1% and 100%"

/** `0.8` or `80%`. */
const rate = z
  .union([z.number(), z.string()], { error: badRate })
  .transform((value) =>
    typeof value === 'string' && value.trim().endsWith('%')
      ? Number(value.trim().slice(0, -1)) / 100
      : Number(value),
  )
  .refine((value) => value >= 0.01 && value <= 1, { error: badRate })

const accountId = (name: string) =>
  z.string().regex(/^acct_[A-Za-z0-9_]+$/, { error: `${name} is not an id such as acct_1A2b3C` })

/** Which accounts are read besides, or instead of, the key's own; the empty word for that one alone. */
const accounts = z
  .union([z.string(), z.array(z.string())])
  .transform((given, context): 'connected' | 'all' | readonly string[] | undefined => {
    const names = [given].flat().flatMap((text) => text.split(',').map((name) => name.trim()))
    const [first, ...others] = [...new Set(names.filter((name) => name !== ''))]
    if (others.length === 0 && (first === undefined || first === 'own')) return undefined
    if (others.length === 0 && (first === 'connected' || first === 'all')) return first
    const ids = [first ?? '', ...others]
    const wrong = ids.find((id) => !/^acct_[A-Za-z0-9_]+$/.test(id))
    if (wrong === undefined) return ids
    context.addIssue({
      code: 'custom',
      message: `the accounts must be connected, all, or ids such as acct_1A2b3C separated by commas, and not ${wrong}`,
    })
    return z.NEVER
  })

/** How to reach one Stripe account, or several. */
export const stripeConfigSchema = z
  .object({
    /** A restricted (rk_…) or secret (sk_…) key. */
    apiKey,
    /** Where Stripe's API is: the real one, or a sandbox. */
    apiBase: apiBase.default('https://api.stripe.com'),
    /** A connected account to read with the platform's key: sent as `Stripe-Account`. */
    account: accountId('the account').optional(),
    /** An account of an organization to read with its key: sent as `Stripe-Context`. */
    context: accountId('the context').optional(),
    /** The accounts connected to the key's own (or to that of `context`), these and it, or some that are named. */
    accounts: accounts.optional(),
    /** Share of Stripe's limits to use; the rest is left to the customer's own traffic. */
    rate: rate.default(0.8),
  })
  .superRefine((config, context) => {
    const problem = (message: string) => context.addIssue({ code: 'custom', message })
    // Stripe refuses a request that has both headers.
    if (config.account && config.context) problem('give an account or a context, never both')
    if (config.account && config.accounts) problem('give an account or accounts, never both')
    if (config.apiKey.kind === 'organization' && !config.context && !Array.isArray(config.accounts)) {
      problem(
        "an organization's key (sk_org_…) needs the context: the id of the account to read; or accounts, named one by one",
      )
    }
    const url = new URL(config.apiBase)
    if (config.apiKey.mode === 'live' && url.protocol === 'http:' && !loopback.test(url.hostname)) {
      problem(
        `a live key must not be sent unencrypted to ${url.host}; use an https address for the API base, or a test key`,
      )
    }
  })
  .transform((config) => ({ ...config, limits: limits[config.apiKey.mode] }))

export type StripeConfigInput = z.input<typeof stripeConfigSchema>
export type StripeConfig = z.output<typeof stripeConfigSchema> & {
  /** Gives what each request is sent with, where that is not `apiKey` for good: a token that ends. */
  readonly bearer?: (() => Promise<string>) | undefined
}

/** Checks the configuration. Throws `ConfigError` naming every problem, and never the key. */
export function stripeConfig(input: StripeConfigInput): StripeConfig {
  const result = stripeConfigSchema.safeParse(input)
  if (result.success) return result.data
  const problems = result.error.issues.map(({ message }) => message)
  throw new ConfigError(problems.join('; '), {
    cure: 'create a restricted key with read permissions at https://dashboard.stripe.com/apikeys, or correct the options',
  })
}
