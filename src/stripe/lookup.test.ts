import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BudgetError } from '../core/errors.ts'
import type { ReadItem } from '../core/model.ts'
import type { StripeApi } from './api.ts'
import { StripeError } from './errors.ts'
import { lookup } from './lookup.ts'
import { resolveStreams, tablesFor } from './selection.ts'
import { catalog } from './streams.ts'

/** An account that answers by what the id says. */
const api: StripeApi = {
  async get(path) {
    const id = path.split('/').at(-1) ?? ''
    const refused = (status: number, code: string) =>
      new StripeError({ status, code, path, words: `no such object: ${id}` })
    if (id.startsWith('gone')) throw refused(404, 'resource_missing')
    if (id.startsWith('odd')) throw refused(400, 'parameter_invalid')
    if (id.startsWith('secret')) throw refused(403, 'more_permissions_required')
    if (id.startsWith('costly')) throw new BudgetError('used up')
    return { body: { id, object: 'customer', deleted: id.startsWith('stub') }, askedAt: 5, bytes: 10 }
  },
  async list(path) {
    throw new Error(`nobody asks for ${path}`)
  },
}

async function found(ids: readonly string[]) {
  const streams = resolveStreams('customers')
  const signal = new AbortController().signal
  const items: ReadItem[] = []
  const request = { streams, ids: new Map([['customers', ids]]), signal, report: () => {} }
  const deps = { api, catalog: catalog(), tables: tablesFor(streams), now: () => 9 }
  for await (const item of lookup(request, deps)) items.push(item)
  const rows = items.flatMap((item) =>
    item.kind === 'page'
      ? item.changes.map((change) => `${change.op} ${'row' in change ? change.row[0] : ''}`)
      : [],
  )
  const ends = items.filter((item) => item.kind === 'end')
  assert.equal(ends.length, 1)
  return { rows: rows.sort(), status: ends[0]?.status, reason: ends[0]?.reason }
}

test('objects become rows, and what is gone a mark', async () => {
  assert.deepEqual(await found(['a', 'gone1', 'stub1', 'b']), {
    rows: ['delete gone1', 'delete stub1', 'upsert a', 'upsert b'],
    status: 'ok',
    reason: undefined,
  })
})

test('one that Stripe refuses does not keep the others from being read, and is told of', async () => {
  const ids = ['odd1', ...Array.from({ length: 40 }, (_, index) => `id${index}`), 'odd2']
  const { rows, status, reason } = await found(ids)
  assert.equal(rows.length, 40)
  assert.equal(status, 'failed')
  assert.match(reason ?? '', /^2 of 42 objects that rows refer to could not be read: .*no such object: odd/)
})

test('without the permission there is an end to it', async () => {
  const { status, reason } = await found([
    'secret1',
    ...Array.from({ length: 40 }, (_, index) => `id${index}`),
  ])
  assert.equal(status, 'no_permission')
  assert.match(reason ?? '', /customer_read/)
})

test('what concerns more than the objects is thrown', async () => {
  await assert.rejects(found(['a', 'costly']), BudgetError)
})
