/** What the sandbox's tests share: a small catalog-wide world and a client that hides nothing. */
import assert from 'node:assert/strict'
import { catalog } from '../stripe/streams.ts'
import { genericWorld } from './generic.ts'
import { type Sandbox, startSandbox } from './server.ts'
import type { StartOptions } from './settle.ts'
import type { SandboxObject, World } from './world.ts'

export const key = 'sk_test_tests'
export const now = 1_760_000_000

export interface Got {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly data: readonly SandboxObject[]
    readonly has_more: boolean
    readonly error: {
      readonly message: string
      readonly type: string
      readonly code?: string
      readonly param?: string
    }
    readonly [field: string]: unknown
  }
}

/** A world with so many objects in every list; children too. */
export function smallWorld(count: number): World {
  return genericWorld(catalog(), {
    count,
    now,
    account: { id: 'acct_tests', object: 'account', created: now - 86_400 * 400 },
  })
}

/** A sandbox on a small world with a clock that stands still, no limits and every product enabled. */
export function start(options: StartOptions = {}): Promise<Sandbox> {
  return startSandbox({
    world: smallWorld(25),
    clock: () => now * 1000,
    rateLimit: 'off',
    unavailable: [],
    ...options,
  })
}

export async function get(
  sandbox: Sandbox,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  const response = await fetch(sandbox.url + path, {
    headers: { authorization: `Bearer ${key}`, ...headers },
  })
  return { status: response.status, headers: response.headers, body: (await response.json()) as Got['body'] }
}

/** Every id of a list, page by page. */
export async function walk(
  sandbox: Sandbox,
  path: string,
  limit: number,
  direction: 'starting_after' | 'ending_before' = 'starting_after',
  from?: string,
): Promise<readonly string[]> {
  const ids: string[] = []
  let cursor = from
  while (true) {
    const mark = path.includes('?') ? '&' : '?'
    const after = cursor === undefined ? '' : `&${direction}=${cursor}`
    const { status, body } = await get(sandbox, `${path}${mark}limit=${limit}${after}`)
    assert.equal(status, 200, JSON.stringify(body))
    const page = body.data.map(({ id }) => id)
    if (direction === 'starting_after') ids.push(...page)
    else ids.unshift(...page)
    cursor = direction === 'starting_after' ? page.at(-1) : page[0]
    if (!body.has_more) return ids
    assert.equal(page.length, limit, 'a page that is not the last one is full')
  }
}

export interface List {
  readonly object: string
  readonly data: readonly SandboxObject[]
  readonly has_more: boolean
  readonly url: string
}

/** A list inside of an object; fails when it is none. */
export function listOf(value: unknown): List {
  assert.equal((value as List | undefined)?.object, 'list')
  return value as List
}

/** An object that was expanded; fails when it is none. */
export function expanded(value: unknown): SandboxObject {
  assert.equal(typeof (value as SandboxObject | undefined)?.object, 'string')
  return value as SandboxObject
}
