/** Read budgets of many accounts: page by page, searched, and those that are nearest to their limit. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { stopDatabases } from '../../../test/support/databases.ts'
import { type Service, startService } from '../../../test/support/service.ts'
import { listReadBudgets, readBudgetTotals } from './read-budgets.ts'
import { readBudgetQuery } from './resources/system.ts'

let service: Service
before(async () => {
  service = await startService({ clock: () => Date.parse('2026-11-20T12:00:00Z') })
  const { ctx } = service
  const { id } = await service.integration()
  // acct_01 to acct_12 were read 100 to 1,200 times, of 1,000 that are allowed; those with an even number have no limit.
  await ctx.pool.query(
    `insert into sluice.integrations (id, name, description, status, destination_id, source, source_secret, account_id,
       account_name, livemode, selection, schedule)
     select gen_random_uuid(), 'budget ' || n || copy, '', 'active', destination_id,
       case when n % 2 = 1 and copy = 'a' then '{"kind": "key", "max_reads_per_month": 1000}'::jsonb else '{"kind": "key"}' end,
       source_secret, 'acct_' || lpad(n::text, 2, '0'), 'Shop ' || n, false, selection, schedule
     from sluice.integrations, generate_series(1, 12) n, unnest(array['a', 'b']) copy where id = $1`,
    [id],
  )
  await ctx.pool.query(
    `insert into sluice.reads (account_id, day, reads)
     select 'acct_' || lpad(n::text, 2, '0'), day::date, n * 50
     from generate_series(1, 12) n, unnest(array['2026-11-20', '2026-10-22', '2026-10-21']) day`,
  )
  await ctx.pool.query("insert into sluice.reads values ('acct_03/connected', '2026-11-19', 990)")
  await ctx.pool.query("update sluice.integrations set status = 'deleted' where id = $1", [id])
})
after(async () => {
  await service[Symbol.asyncDispose]()
  await stopDatabases()
})

const asked = (query: object) => listReadBudgets(service.ctx, readBudgetQuery.parse(query))

test('all accounts, page by page: reads of thirty days, and the lowest limit', async () => {
  const all = []
  for (let after: string | undefined; ; ) {
    const { items, next } = await asked({ limit: 5, after })
    assert.ok(items.length <= 5)
    all.push(...items)
    if (next === null) break
    after = next
  }
  assert.deepEqual(
    all.map(({ account_id, reads, limit }) => [account_id, reads, limit]),
    Array.from({ length: 12 }, (_, i) => [
      `acct_${String(i + 1).padStart(2, '0')}`,
      (i + 1) * 100,
      i % 2 === 0 ? 1_000 : null,
    ]),
  )
  assert.deepEqual(all[2], {
    account_id: 'acct_03',
    account_name: 'Shop 3',
    integrations: ['budget 3a', 'budget 3b'],
    integration_count: 2,
    reads: 300,
    connected: 990,
    limit: 1_000,
  })
})

test('a search finds an account by its id, its name and the name of an integration', async () => {
  for (const [q, accounts] of [
    ['ACCT_07', ['acct_07']],
    ['shop 1', ['acct_01', 'acct_10', 'acct_11', 'acct_12']],
    ['budget 12b', ['acct_12']],
    ['%', []],
  ] as const) {
    assert.deepEqual(
      (await asked({ q })).items.map(({ account_id }) => account_id),
      accounts,
      q,
    )
  }
  const [found] = (await asked({ q: 'budget 12b' })).items
  assert.equal(found?.integration_count, 2, 'all integrations of an account that is found are told')
})

test('the totals name the five that are nearest to their limit', async () => {
  const { nearest, ...totals } = await readBudgetTotals(service.ctx)
  assert.deepEqual(totals, { accounts: 12, limited: 6, spent: 1 })
  assert.deepEqual(
    nearest.map(({ account_id }) => account_id),
    ['acct_11', 'acct_03', 'acct_09', 'acct_07', 'acct_05'],
  )
})
