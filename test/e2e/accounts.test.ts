/** One integration over the accounts of a platform: real requests to the sandbox, a real DuckDB file. */
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../../src/core/errors.ts'
import { key } from '../support/integration.ts'
import { byAccount, manyAccounts } from '../support/many-accounts.ts'
import { objectsOf } from '../support/served.ts'
import { longTest } from '../support/thorough.ts'

test('the accounts of a platform: each one whole; new ones join, and what is disconnected stays', async (context) => {
  const { sandbox, platform, ...acme } = await manyAccounts(context)
  const ids = await acme.connected()
  assert.equal(ids.length, 3)

  const first = await acme.sync({ accounts: 'connected' })
  assert.equal(first.status, 'succeeded')
  assert.deepEqual([...byAccount(first).keys()].sort(), [...ids].sort())
  for (const id of ids) await acme.isWhole(id)
  assert.deepEqual(await acme.rows(`select count(*) from acme.customers where _account_id = '${platform}'`), [
    ['0'],
  ])
  const rows = first.tables.reduce((sum, table) => sum + table.rows, 0)
  assert.equal(
    [...byAccount(first).values()].reduce((sum, run) => sum + run.rows, 0),
    rows,
  )

  // Nothing happened: one request for the list, one for the owner, one per account.
  const empty = await acme.sync({ accounts: 'connected' })
  assert.equal(empty.status, 'succeeded')
  assert.equal(empty.requests, 2 + ids.length)
  assert.ok(empty.tables.every(({ rows, last_run_before }) => rows === 0 && last_run_before !== null))

  // One changes, one is new, one is gone.
  const [changed = '', gone = ''] = ids
  const { id: joined } = await sandbox.connect()
  for await (const { id } of objectsOf(sandbox.url, key, { path: '/v1/customers', account: changed })) {
    await sandbox.update('customers', id, { name: 'Changed, Inc.' }, { account: changed })
    break
  }
  await sandbox.remove(
    'customers',
    (
      await acme.rows(`select id from acme.customers where _account_id = '${changed}' order by id limit 1`)
    )[0]?.[0] as string,
    { account: changed },
  )
  const before = await acme.rows(`select count(*) from acme.charges where _account_id = '${gone}'`)
  await sandbox.disconnect(gone)
  const third = await acme.sync({ accounts: 'connected' })
  assert.equal(third.status, 'succeeded')
  assert.equal(byAccount(third).get(gone)?.status, 'disconnected')
  assert.ok(byAccount(third).get(gone)?.last_run)
  assert.deepEqual(
    third.incidents.map(({ kind, account }) => [kind, account]),
    [['account', gone]],
  )
  assert.equal(byAccount(third).get(changed)?.deleted, 1)
  for (const id of [...ids.filter((id) => id !== gone), joined]) await acme.isWhole(id)
  assert.deepEqual(
    await acme.rows(
      `select count(*) from acme.charges where _account_id = '${gone}' and _deleted_at is null`,
    ),
    before,
  )

  // It is told once, and goes on where it was when it is connected again.
  assert.deepEqual((await acme.sync({ accounts: 'connected' })).incidents, [])
  await sandbox.connect(gone)
  const back = byAccount(await acme.sync({ accounts: 'connected' })).get(gone)
  assert.equal(back?.status, 'succeeded')
  assert.ok((back?.requests ?? 99) <= 2, `${back?.requests} requests`)
  await acme.isWhole(gone)

  const verified = await acme.verify({ accounts: 'connected' })
  assert.equal(verified.status, 'equal')
  assert.equal(verified.accounts?.length, 4)
  assert.ok(verified.accounts.every(({ status, rows }) => status === 'equal' && rows.source > 0))
})

test('an account that refuses fails by itself; the others are read', async (context) => {
  const { sandbox, ...acme } = await manyAccounts(context)
  const [broken = '', ...others] = await acme.connected()
  const named = [broken, ...others].join(',')
  await sandbox.disconnect(broken)
  const run = await acme.sync({ accounts: named })
  assert.equal(run.status, 'partial')
  const refused = byAccount(run).get(broken)
  assert.equal(refused?.status, 'failed')
  assert.match(refused?.reason ?? '', /Application access may have been revoked/)
  assert.match(refused?.cure ?? '', /connect the account/)
  assert.deepEqual(
    run.incidents.map(({ kind, account }) => [kind, account]),
    [['account', broken]],
  )
  assert.ok(run.tables.every(({ status }) => status === 'ok'))
  for (const id of others) await acme.isWhole(id)

  const checked = await acme.check({ accounts: named })
  assert.equal(checked.status, 'partial')
  assert.equal(checked.accounts?.count, 3)
  assert.deepEqual(
    checked.accounts?.unread.map(({ account }) => account),
    [broken],
  )
  assert.ok(checked.tables.every(({ access }) => access.status === 'ok'))

  const verified = await acme.verify({ accounts: named })
  assert.equal(verified.status, 'incomplete')
  assert.deepEqual(
    verified.accounts?.map(({ account, status }) => [account, status]).sort(),
    [[broken, 'failed'], ...others.map((id) => [id, 'equal'])].sort(),
  )
})

longTest(
  'a warehouse of one account goes on as one of several, and back, reading nothing again',
  async (context) => {
    const { sandbox, platform, ...acme } = await manyAccounts(context, { connected: 2 })
    await acme.sync()
    const count = async () => Number((await acme.rows('select count(*) from acme.charges'))[0]?.[0])
    const alone = await count()
    const all = await acme.sync({ accounts: 'all' })
    assert.equal(all.status, 'succeeded')
    assert.equal(byAccount(all).size, 3)
    assert.deepEqual([byAccount(all).get(platform)?.rows, byAccount(all).get(platform)?.requests], [0, 1])
    assert.ok((await count()) > alone)
    for (const id of [platform, ...(await acme.connected())]) await acme.isWhole(id)

    const again = await acme.sync()
    assert.equal(again.accounts, undefined)
    assert.equal(
      again.tables.reduce((sum, { rows }) => sum + rows, 0),
      0,
    )
    assert.equal((await acme.verify()).status, 'equal')
    const then = await acme.sync({ accounts: 'all' })
    assert.ok([...byAccount(then).values()].every(({ rows, requests }) => rows === 0 && requests === 1))

    // What differs in one account is found there, and mended.
    const [first = ''] = await acme.connected()
    const { DuckDBInstance } = await import('@duckdb/node-api')
    const db = await DuckDBInstance.create(`${acme.folder}/acme.duckdb`)
    const connection = await db.connect()
    await connection.run(`update acme.acme.customers set name = 'Wrong' where _account_id = '${first}'`)
    connection.closeSync()
    db.closeSync()
    const wrong = await acme.verify({ accounts: 'all' })
    assert.equal(wrong.status, 'different')
    assert.deepEqual(
      wrong.accounts
        ?.filter(({ status }) => status === 'different')
        .map(({ account, tables }) => [account, tables[0]?.stale.count]),
      [[first, 60]],
    )
    // Cut off again and again and carried on, it says the same, and asks little twice.
    const said = ({ accounts = [], tables, status }: typeof wrong) => [
      status,
      accounts
        .map(({ requests: _, ...account }) => account)
        .toSorted((a, b) => (a.account < b.account ? -1 : 1)),
      tables.map(({ requests: _, stale, ...table }) => ({ ...table, stale: stale.ids.toSorted() })),
    ]
    let from: unknown
    let cuts = 0
    for (let ended: typeof wrong | undefined; !ended; ) {
      const cut = new AbortController()
      let now: (() => unknown) | undefined
      let asked = 0
      // What every try asks again, accounts and differences that are not judged, is most of so few requests.
      const most = Math.ceil(wrong.requests / 2) + cuts
      const how = {
        from,
        signal: cut.signal,
        follow(state: () => unknown) {
          now = state
        },
        report({ type }: { readonly type: string }) {
          if (type !== 'request' || ++asked !== most || !now) return
          // As it would have been written down at the moment of a death.
          from = JSON.parse(JSON.stringify(now()))
          cut.abort(new Error('cut off'))
        },
      }
      ended = await acme.verify({ accounts: 'all' }, how).catch((error: unknown) => {
        if (!cut.signal.aborted) throw error
        return undefined
      })
      if (ended) {
        assert.deepEqual(said(ended), said(wrong))
        assert.ok(asked < wrong.requests, `${asked} of ${wrong.requests} requests after the last cut`)
      } else assert.ok(++cuts < 20, 'it gets nowhere')
    }
    assert.ok(cuts > 0)
    assert.equal((await acme.verify({ accounts: 'all' }, { repair: true })).status, 'equal')
    await acme.isWhole(first)

    await assert.rejects(acme.sync({ account: first, accounts: 'all' }), ConfigError)
    await assert.rejects(acme.sync({ account: first }), /belongs to account/)
    await assert.rejects(acme.sync({ accounts: 'nonsense' }), /connected, all, or ids/)
  },
)

longTest(
  'a run that is killed goes on where it was: an account that was done is asked for its events alone',
  async (context) => {
    const { sandbox, ...acme } = await manyAccounts(context, { connected: 12 })
    const some = ['customers', 'refunds'] as const
    const said = { accounts: 'connected', tables: some.join(',') }
    const ids = await acme.connected()
    // Of some accounts the refunds come, all others wait for them until the end.
    sandbox.setFaults('hold@/v1/refunds:after=3,times=all')
    const running = acme.process(said)
    const dead = once(running, 'exit')
    const [done] = await Promise.race([
      once(createInterface(running.stdout), 'line'),
      dead.then(() => assert.fail('it ended before an account was done')),
    ])
    while (sandbox.held() === 0) await sleep(20)
    running.kill('SIGKILL')
    await dead
    sandbox.setFaults('')

    const next = await acme.sync(said)
    assert.equal(next.status, 'succeeded')
    const runs = byAccount(next)
    assert.deepEqual([runs.get(done)?.requests, runs.get(done)?.rows], [1, 0], done)
    const others = ids.filter((id) => (runs.get(id)?.requests ?? 0) > 1)
    assert.ok(others.length >= ids.length - 3, `${others.length} were not done`)
    for (const id of ids) await acme.isWhole(id, some)
  },
)

test("an organization's key reads the accounts that are named, each as its context", async (context) => {
  const { sandbox, platform, ...acme } = await manyAccounts(context, { connected: 2 })
  const [first = ''] = await acme.connected()
  const org = { apiKey: 'sk_org_live_0123456789abcdefghij' }
  await assert.rejects(acme.sync({ ...org, accounts: 'connected' }), /needs the context/)
  const run = await acme.sync({ ...org, accounts: `${platform},${first}` })
  assert.equal(run.status, 'succeeded')
  for (const id of [platform, first]) await acme.isWhole(id)
  assert.equal((await acme.verify({ ...org, accounts: `${platform},${first}` })).status, 'equal')
  const other = await acme.sync({ ...org, name: 'beta', context: platform, accounts: 'connected' })
  assert.equal(byAccount(other).size, 2)
})

longTest(
  'the limit of reads stops accounts where they are; the next run begins with those that it did not come to',
  async (context) => {
    const { sandbox: _, ...acme } = await manyAccounts(context, { connected: 14 })
    const said = { accounts: 'connected', tables: 'customers' }
    // Of a run as a whole: whose key it is, its accounts, and what was on its way when the limit was reached.
    const whoAsks = 4
    const some = byAccount(await acme.sync({ ...said, maxReadsPerMonth: '12' }))
    const idle = [...some.values()].filter(({ status, requests }) => status === 'paused' && requests === 0)
    assert.ok(idle.length > 2 && idle.length < 14, `${idle.length} were not begun`)
    const next = byAccount(
      await acme.sync({ ...said, maxReadsPerMonth: String(12 + 3 * idle.length + whoAsks) }),
    )
    assert.deepEqual(
      idle.filter(({ account }) => next.get(account)?.status !== 'succeeded'),
      [],
    )
    assert.equal((await acme.sync(said)).status, 'succeeded')
    for (const id of await acme.connected()) await acme.isWhole(id, ['customers'])
  },
)
