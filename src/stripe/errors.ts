import { AccountError, ConfigError } from '../core/errors.ts'
import { type ApiKey, redact } from './apiKey.ts'

/** What somebody does whose account cannot be read any more by what they allowed. */
export const reconnect = 'connect the account again, in the settings of the integration'

/** What Stripe said in the `error` object of a refusal; docs.stripe.com/api/errors. */
export interface StripeErrorDetails {
  readonly status: number
  readonly code?: string | undefined
  readonly type?: string | undefined
  readonly param?: string | undefined
  readonly requestId?: string | undefined
  /** GET when absent. */
  readonly method?: string | undefined
  /** Path and query of the request. */
  readonly path: string
  /** Stripe's words. */
  readonly words: string
}

/** A request that Stripe refuses, however often it is sent. The message is one line and holds no key. */
export class StripeError extends Error {
  readonly status: number
  readonly code: string | undefined
  readonly type: string | undefined
  readonly param: string | undefined
  readonly requestId: string | undefined
  readonly path: string
  /** Stripe's words alone, redacted. */
  readonly words: string
  /** The permission that a restricted key lacks: `plan_read`. Only with status 403, and only if Stripe named it. */
  readonly permission: string | undefined
  /** Where the key's permissions can be edited, if Stripe said so. */
  readonly editUrl: string | undefined
  /** The account that Stripe named: `acct_…`. */
  readonly account: string | undefined

  constructor(details: StripeErrorDetails, key?: ApiKey) {
    const words = redact(details.words, key).replace(/\s+/g, ' ').trim()
    const id = details.requestId ? `, request ${details.requestId}` : ''
    super(`Stripe refused ${details.method ?? 'GET'} ${details.path}: ${words} (HTTP ${details.status}${id})`)
    this.name = 'StripeError'
    this.status = details.status
    this.code = details.code
    this.type = details.type
    this.param = details.param
    this.requestId = details.requestId
    this.path = details.path
    this.words = words
    // Names stand in the words alone: 'plan_read', in older messages 'rak_plan_read'.
    this.permission =
      details.status === 403 ? /'(?:rak_)?([a-z0-9_]+_(?:read|write))'/.exec(words)?.[1] : undefined
    this.editUrl = /https:\/\/dashboard\.stripe\.com\/[^\s'"]*[^\s'".,)]/.exec(words)?.[0]
    this.account = /\bacct_[A-Za-z0-9]+/.exec(words)?.[0]
  }
}

const keysPage = 'https://dashboard.stripe.com/apikeys'

/** The error for a refusal: `ConfigError` where the key or the account is to blame for everything, else `StripeError`. */
export function refusal(details: StripeErrorDetails, key: ApiKey): StripeError | ConfigError {
  const error = new StripeError(details, key)
  if (key.isGranted && (details.status === 401 || details.code === 'account_invalid')) {
    return new ConfigError(`Stripe no longer lets Sluice read the account: ${error.words}`, {
      cure: reconnect,
      cause: error,
    })
  }
  if (details.status === 401) {
    return details.code === 'api_key_expired'
      ? new ConfigError(`Stripe says that the API key ${key.masked} has expired`, {
          cure: `create a new one at ${keysPage} and give it instead`,
          cause: error,
        })
      : new ConfigError(`Stripe does not accept the API key ${key.masked}: ${error.words}`, {
          cure: `check at ${keysPage} that the key is whole, was not deleted, and allows this machine's IP address`,
          cause: error,
        })
  }
  if (details.code === 'account_invalid') {
    return new AccountError(`the API key ${key.masked} has no access to the account: ${error.words}`, {
      cure: 'connect the account to the platform again, correct the account, or use a key of the platform that it is connected to',
      cause: error,
    })
  }
  if (details.status >= 300 && details.status < 400) {
    return new ConfigError(
      `${details.method ?? 'GET'} ${details.path} is redirected (HTTP ${details.status}), as Stripe's API never does`,
      {
        cure: "correct the address of Stripe's API",
        option: '--api-base',
        cause: error,
      },
    )
  }
  return error
}
