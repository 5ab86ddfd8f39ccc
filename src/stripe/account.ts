import { AccountError, ConfigError } from '../core/errors.ts'
import type { AccountInfo } from '../core/model.ts'
import type { StripeApi, StripeObject } from './api.ts'
import type { StripeConfig } from './config.ts'
import { StripeError } from './errors.ts'

/** A field of an object inside an object, when it is a string that says something. */
function words(of: unknown, ...path: readonly string[]): string | undefined {
  let value = of
  for (const field of path) value = (value as StripeObject | null | undefined)?.[field]
  return typeof value === 'string' && value.trim() !== '' ? value : undefined
}

/**
 * Whose data the key reads, in one request. A restricted key need not be allowed to read the
 * account: Stripe's refusal names it, which is all that we need of it.
 * Throws `ConfigError` when the key is not accepted, the account cannot be told, or is another one than was asked for.
 */
export async function checkAccount(
  api: StripeApi,
  config: StripeConfig,
  signal: AbortSignal,
): Promise<AccountInfo> {
  const livemode = config.apiKey.mode === 'live'
  const wanted = config.account ?? config.context
  let object: StripeObject
  try {
    object = (await api.get('/v1/account', {}, { endpoint: '/v1/account', signal })).body
  } catch (error) {
    if (!(error instanceof StripeError) || error.status !== 403) throw error
    const id = wanted ?? error.account
    if (id !== undefined) return { id, livemode }
    throw new ConfigError(
      `the key may not read its own account, and Stripe does not name it: ${error.words}`,
      {
        cure: 'name its account, acct_…, or give the key the permission to read accounts',
        option: '--account',
        cause: error,
      },
    )
  }
  const id = words(object, 'id')
  if (id === undefined) {
    throw new ConfigError(`${config.apiBase} does not answer as Stripe's API does: the account has no id`, {
      cure: "check the address of Stripe's API",
      option: '--api-base',
    })
  }
  if (wanted !== undefined && wanted !== id) {
    throw new AccountError(`the key reads the account ${id}, not ${wanted}`, {
      cure: `correct the account, or use a key that may read ${wanted}`,
    })
  }
  return infoOf(id, object, livemode)
}

/** What an account object says. */
function infoOf(id: string, object: StripeObject, livemode: boolean): AccountInfo {
  const name =
    words(object, 'settings', 'dashboard', 'display_name') ?? words(object, 'business_profile', 'name')
  return {
    id,
    livemode,
    ...(name !== undefined && { name }),
    ...(typeof object.created === 'number' && { created: object.created * 1000 }),
  }
}

/**
 * The accounts connected to the platform, page by page. Throws `ConfigError` when the key may not list them, or when
 * its account is no platform.
 */
export async function* connectedAccounts(
  api: StripeApi,
  config: StripeConfig,
  signal: AbortSignal,
): AsyncIterable<readonly AccountInfo[]> {
  const endpoint = '/v1/accounts'
  const livemode = config.apiKey.mode === 'live'
  let after: string | undefined
  do {
    const page: readonly StripeObject[] = await api
      .list(endpoint, { limit: 100, starting_after: after }, { endpoint, signal })
      .then(({ body }) => {
        after = body.has_more ? words(body.data.at(-1), 'id') : undefined
        return body.data
      })
      .catch((error: unknown) => {
        throw error instanceof StripeError ? unlisted(error) : error
      })
    yield page.flatMap((object) => {
      const id = words(object, 'id')
      return id === undefined ? [] : [infoOf(id, object, livemode)]
    })
  } while (after !== undefined)
}

function unlisted(error: StripeError): ConfigError {
  return new ConfigError(`the connected accounts cannot be listed: ${error.words}`, {
    cure: `give the key the permission ${error.permission ?? 'connected_account_read'}, or name the accounts one by one: acct_1,acct_2`,
    option: '--accounts',
    cause: error,
  })
}
