/** An endpoint in Stripe that calls this service: made and removed with the key, where that may. docs.stripe.com/api/webhook_endpoints */
import { randomUUID } from 'node:crypto'
import { ConfigError } from '../core/errors.ts'
import { keyCreationUrl } from './access.ts'
import { callerHeaders } from './caller.ts'
import { stripeApi } from './client.ts'
import type { StripeConfig } from './config.ts'
import { StripeError, type StripeErrorDetails } from './errors.ts'
import { catalog } from './streams.ts'
import { refusedWith, type Writing, write } from './write.ts'

/** In Stripe's words; what a key for reading lacks. */
const permission = 'webhook_write'
const path = '/v1/webhook_endpoints'

export interface Endpoint {
  readonly id: string
  /** What its calls are signed with; Stripe tells it this once. */
  readonly secret: string
}

/** Ids of the endpoints that call the address; none when the key may not list them. */
async function endpointsAt(
  config: StripeConfig,
  { url, version }: { readonly url: string; readonly version: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  await using api = stripeApi(config, { apiVersion: catalog().apiVersion, version })
  try {
    const { body } = await api.list(path, {}, { endpoint: path, signal })
    return body.data.flatMap(({ id, url: called }) => (called === url && typeof id === 'string' ? [id] : []))
  } catch (error) {
    if (error instanceof StripeError) return []
    throw error
  }
}

/**
 * Makes an endpoint for all events: of the account, or of those that are connected to it when the configuration reads
 * those. Whatever called the address before is removed: its secret is not known any more. Throws `ConfigError` naming the permission that the key lacks, or what Stripe does not like of the address.
 */
export async function createEndpoint(
  config: StripeConfig,
  { url, version }: { readonly url: string; readonly version: string },
  signal: AbortSignal,
): Promise<Endpoint> {
  const before = await endpointsAt(config, { url, version }, signal)
  const form = {
    url,
    'enabled_events[]': ['*'],
    description: 'Sluice: a call starts a run of the integration',
    connect: config.accounts === undefined ? 'false' : 'true',
  }
  const made = await write(
    { ...calling(config, version), method: 'POST', path, form, idempotencyKey: randomUUID() },
    signal,
  )
  const { id, secret } = made
  if (typeof id !== 'string' || typeof secret !== 'string') {
    throw new ConfigError(`${config.apiBase} made a webhook endpoint and did not tell its secret`, {
      cure: "enter the signing secret that Stripe's page shows of it",
    })
  }
  for (const old of before) await deleteEndpoint(config, { id: old, version }, signal)
  return { id, secret }
}

/** One that is not there any more is no error. Throws as `createEndpoint`. */
export async function deleteEndpoint(
  config: StripeConfig,
  { id, version }: { readonly id: string; readonly version: string },
  signal: AbortSignal,
): Promise<void> {
  try {
    await write(
      { ...calling(config, version), method: 'DELETE', path: `${path}/${encodeURIComponent(id)}` },
      signal,
    )
  } catch (error) {
    if (error instanceof ConfigError && error.cause instanceof StripeError && error.cause.status === 404)
      return
    throw error
  }
}

const calling = (config: StripeConfig, version: string): Pick<Writing, 'base' | 'headers' | 'refused'> => ({
  base: config.apiBase,
  headers: callerHeaders(config, version),
  refused: (details) => explained(refusedWith(config.apiKey)(details), details),
})

function explained(error: StripeError | ConfigError, { status }: StripeErrorDetails): ConfigError {
  if (!(error instanceof StripeError)) return error
  if (status === 403) {
    const lacking = error.permission ?? permission
    return new ConfigError(
      `the key lacks the permission ${lacking}, which making and removing endpoints takes`,
      {
        cure: `add it at ${error.editUrl ?? keyCreationUrl([lacking])}, or make the endpoint on Stripe's page and enter its signing secret`,
        cause: error,
      },
    )
  }
  return new ConfigError(`Stripe does not take the endpoint: ${error.words}`, {
    cure: 'see the public address of the service (SLUICE_PUBLIC_URL): Stripe calls https addresses that the internet reaches; an account has at most 16 endpoints',
    cause: error,
  })
}
