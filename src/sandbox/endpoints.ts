/** Webhook endpoints that are made and removed over the API, as the rest of the sandbox is only read. docs.stripe.com/api/webhook_endpoints */
import { randomBytes } from 'node:crypto'
import type { Account } from './account.ts'
import { ApiError, invalidParameter, missing, unknownUrl } from './api-error.ts'
import { type Caller, requirePermission } from './auth.ts'
import type { Member } from './connected.ts'
import { names, type Query, rootName } from './query.ts'

const path = '/v1/webhook_endpoints'
/** Of an account, those that the sandbox began with left aside. Source: docs.stripe.com/webhooks. */
const most = 16
const known = new Set([
  'url',
  'enabled_events',
  'description',
  'connect',
  'api_version',
  'metadata',
  'expand',
])

export interface Writing {
  readonly method: string
  readonly path: string
  readonly form: Query
  readonly caller: Caller
  /** Whose endpoints they are. */
  readonly member: Member
}

interface Made {
  readonly account: Account
  readonly url: string
  readonly secret: string
  readonly connect: boolean
}

export type EndpointWriter = (writing: Writing) => Promise<string>

/** Whether a request is one of these. */
export const writesEndpoint = (method: string | undefined, asked: string): boolean =>
  (method === 'POST' && asked === path) || (method === 'DELETE' && asked.startsWith(`${path}/`))

/** Answers as Stripe does; what was made is called with the account's events from then on. */
export function endpointWriter(): EndpointWriter {
  /** What was made here, by id. */
  const made = new Map<string, Made>()

  const called = ({ account }: Member, connect: boolean) =>
    connect ? account.connectEndpoints : account.endpoints

  async function make({ form, member, caller }: Writing): Promise<string> {
    for (const name of names(form)) {
      if (!known.has(rootName(name))) throw new ApiError(400, `Received unknown parameter: ${rootName(name)}`)
    }
    const events = form.lists.get('enabled_events') ?? []
    if (events.length === 0) throw required('enabled_events')
    const url = form.values.get('url') ?? ''
    if (url === '') throw required('url')
    const { protocol } = URL.parse(url) ?? {}
    if (protocol !== 'https:' && (protocol !== 'http:' || caller.livemode)) {
      throw invalidParameter('url', 'Invalid URL: An explicit scheme (such as https) must be provided.')
    }
    if ([...made.values()].filter(({ account }) => account === member.account).length >= most) {
      throw new ApiError(400, `You have reached the maximum of ${most} test webhook endpoints.`)
    }
    const connect = form.values.get('connect') === 'true'
    const secret = `whsec_${randomBytes(24).toString('base64url').replaceAll(/[-_]/g, 'x')}`
    const object = await member.mutator.create('webhook_endpoints', {
      api_version: form.values.get('api_version') ?? null,
      description: form.values.get('description') ?? null,
      enabled_events: events,
      livemode: caller.livemode,
      metadata: {},
      status: 'enabled',
      url,
    })
    made.set(object.id, { account: member.account, url, secret, connect })
    called(member, connect).set(url, secret)
    return JSON.stringify({ ...object, secret })
  }

  async function unmake({ path: asked, member }: Writing): Promise<string> {
    const id = decodeURIComponent(asked.slice(path.length + 1))
    if (!member.account.store.has('webhook_endpoints', id)) throw missing('webhook endpoint', id)
    await member.mutator.remove('webhook_endpoints', id)
    const endpoint = made.get(id)
    made.delete(id)
    if (endpoint) {
      const calls = called(member, endpoint.connect)
      // Another one for the same address may have been made since.
      if (calls.get(endpoint.url) === endpoint.secret) calls.delete(endpoint.url)
    }
    return JSON.stringify({ id, object: 'webhook_endpoint', deleted: true })
  }

  return async (writing) => {
    const { caller, member, method } = writing
    requirePermission(caller, 'webhook_write', 'Webhook Endpoints', member.account.id)
    if (method === 'POST') return make(writing)
    if (method === 'DELETE') return unmake(writing)
    throw unknownUrl(method, writing.path)
  }
}

const required = (param: string) =>
  new ApiError(400, `Missing required param: ${param}.`, { code: 'parameter_missing', param })
