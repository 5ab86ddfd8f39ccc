/** `verify` on a DuckDB file: differences that are planted are found and healed, data that moves is no alarm. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { idSet } from '../../src/app/id-set.ts'
import type { Mode } from '../../src/core/model.ts'
import { type SyncOptions, sync } from '../../src/core/sync.ts'
import { type VerifyOptions, verify } from '../../src/core/verify.ts'
import type { VerifiedTable } from '../../src/core/verify-report.ts'
import { duckdb } from '../../src/destinations/duckdb.ts'
import { startSandbox } from '../../src/sandbox/server.ts'
import type { StartOptions } from '../../src/sandbox/settle.ts'
import { type Clock, systemClock } from '../../src/stripe/clock.ts'
import { stripeConfig } from '../../src/stripe/config.ts'
import { resolveStreams } from '../../src/stripe/selection.ts'
import { stripeSource } from '../../src/stripe/source.ts'
import { folder, lastJson, run } from '../cli/spawn.ts'
import { longTest } from '../support/thorough.ts'

const key = 'rk_live_0123456789abcdefghij'
interface Told extends Partial<Omit<VerifyOptions, 'streams'>> {
  /** Called at each request of the verification, from 1. */
  readonly onRequest?: (count: number) => void
  readonly streams?: string
}

async function setup(context: TestContext, selection: string, options: StartOptions = {}) {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off', seed: 'verify', ...options })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const file = `${cwd}/acme.duckdb`
  const config = stripeConfig({ apiKey: key, apiBase: sandbox.url, rate: 1 })
  let ahead = 0
  let ids = 0
  // Waits for Stripe's limits are a hundredth as long; the time of day is right.
  const clock: Clock = {
    wall: () => systemClock.wall() + ahead,
    now: () => systemClock.now() * 100,
    after: (ms, run) => systemClock.after(ms / 100, run),
  }
  const common = {
    destination: duckdb,
    address: `duckdb:${file}`,
    integration: 'acme',
    streams: resolveStreams(selection),
    workDir: `${cwd}/.sluice`,
    clock: clock.wall,
    newId: () => `load-${++ids}`,
    signal: new AbortController().signal,
    report: () => {},
  }
  return {
    sandbox,
    cwd,
    file,
    async sync(more: Partial<SyncOptions> = {}) {
      await using source = stripeSource(config, { version: 'test', clock })
      const summary = await sync({ ...common, source, ...more })
      assert.equal(summary.status, 'succeeded')
    },
    async verify({ onRequest, streams, ...more }: Told = {}) {
      await using source = stripeSource(config, { version: 'test', clock })
      let requests = 0
      const report = await verify({
        ...common,
        source,
        settle: 0,
        idSet: () => idSet(common.workDir, `${++ids}`),
        sleep: (milliseconds) => setTimeout(milliseconds),
        ...more,
        ...(streams === undefined ? {} : { streams: resolveStreams(streams) }),
        report: (event) => void (event.type === 'request' && onRequest?.(++requests)),
      } as VerifyOptions)
      const tables = new Map(report.tables.map((table) => [table.stream, table]))
      return { report, table: (name: string) => tables.get(name) ?? assert.fail(name) }
    },
    async sql(...statements: readonly string[]) {
      const instance = await DuckDBInstance.create(':memory:')
      const connection = await instance.connect()
      try {
        await connection.run(`attach '${file}' as f`)
        await connection.run('use f')
        let rows: readonly (readonly unknown[])[] = []
        for (const statement of statements) rows = (await connection.runAndReadAll(statement)).getRowsJson()
        return rows
      } finally {
        connection.closeSync()
        instance.closeSync()
      }
    },
    advance(seconds: number) {
      sandbox.advance(seconds)
      ahead += seconds * 1000
    },
  }
}

const counts = ({ missing, extra, stale, moved }: VerifiedTable) => [
  missing.count,
  extra.count,
  stale.count,
  moved.count,
]

test('after a sync every table is equal, in many windows as in one', async (context) => {
  const { sync, verify } = await setup(
    context,
    'customers,prices,coupons,subscriptions,subscription_items,invoices,invoice_lines,balance_transactions',
  )
  await sync()
  const { report, table } = await verify()
  assert.equal(report.status, 'equal')
  for (const each of report.tables) assert.equal(each.status, 'equal', each.stream)
  const invoices = table('invoices')
  assert.ok(invoices.rows.source > 200 && invoices.rows.source === invoices.rows.warehouse)
  assert.ok(invoices.sums.some(({ column, currency }) => column === 'amount_paid' && currency === 'usd'))
  for (const { source, warehouse } of report.tables.flatMap(({ sums }) => sums)) {
    assert.equal(source, warehouse)
  }
  const many = await verify({ windowRows: 40 })
  assert.equal(many.report.status, 'equal')
  assert.ok(many.table('invoices').windows > invoices.windows + 3)
  assert.equal(many.table('invoices').rows.source, invoices.rows.source)
  // Without their parents, which give the children their windows.
  const lines = await verify({ streams: 'invoice_lines', windowRows: 40 })
  assert.equal(lines.table('invoice_lines').status, 'equal')
  assert.ok(lines.table('invoice_lines').windows > 3)
  assert.equal(lines.table('invoice_lines').rows.source, table('invoice_lines').rows.source)
})

test('what is wrong in the warehouse is found, told with ids, and healed', async (context) => {
  const { sync, verify, sql } = await setup(
    context,
    'customers,products,coupons,invoices,invoice_lines,charges,balance_transactions',
  )
  await sync()
  const pick = async (table: string, count: number) =>
    (await sql(`select id from acme.${table} order by created, id limit ${count} offset 5`)).map(([id]) =>
      String(id),
    )
  const customers = await pick('customers', 8)
  const [lost, changed, marked, twice, moved, , future, timeless] = customers
  const [invoice = ''] = await pick('invoices', 1)
  const [charge = ''] = await pick('charges', 1)
  const [transaction = ''] = await pick('balance_transactions', 1)
  const [line = ''] = (await sql(`select id from acme.invoice_lines where invoice = '${invoice}'`)).flat()
  const [coupon = ''] = await pick('coupons', 1)
  await sql(
    `delete from acme.customers where id = '${lost}'`,
    `update acme.customers set name = 'Somebody else' where id = '${changed}'`,
    `update acme.customers set _deleted_at = now() where id = '${marked}'`,
    `insert into acme.customers from acme.customers where id = '${twice}'`,
    `update acme.customers set created = created + interval 3 year where id = '${moved}'`,
    `update acme.customers set created = null where id = '${timeless}'`,
    `insert into acme.customers by name select * replace ('cus_bogus' as id) from acme.customers where id = '${future}'`,
    `insert into acme.customers by name select * replace ('cus_timeless' as id, null as created) from acme.customers where id = '${future}'`,
    `update acme.invoices set total = total + 1 where id = '${invoice}'`,
    `delete from acme.invoice_lines where id = '${line}'`,
    `insert into acme.invoice_lines by name select * replace ('il_bogus' as id, '${invoice}' as invoice) from acme.invoice_lines limit 1`,
    `insert into acme.invoice_lines by name select * replace ('il_orphan' as id, 'in_nowhere' as invoice) from acme.invoice_lines limit 1`,
    `update acme.charges set metadata = '{"planted": 1}' where id = '${charge}'`,
    `delete from acme.balance_transactions where id = '${transaction}'`,
    `update acme.coupons set _extra = '{"planted": true}' where id = '${coupon}'`,
  )
  for (const windowRows of [50, 2_000]) {
    const { report, table } = await verify({ windowRows })
    assert.equal(report.status, 'different')
    const { missing, extra, stale } = table('customers')
    assert.deepEqual([...missing.ids].sort(), [lost, marked].sort())
    assert.deepEqual([...extra.ids].sort(), ['cus_bogus', 'cus_timeless', twice].sort())
    assert.deepEqual([...stale.ids].sort(), [changed, moved, timeless].sort())
    assert.deepEqual(table('invoices').stale.ids, [invoice])
    assert.deepEqual(table('invoice_lines').missing.ids, [`${invoice}/${line}`])
    assert.deepEqual(
      [...table('invoice_lines').extra.ids].sort(),
      [`${invoice}/il_bogus`, 'in_nowhere/il_orphan'].sort(),
    )
    assert.deepEqual(table('charges').stale.ids, [charge])
    assert.deepEqual(table('balance_transactions').missing.ids, [transaction])
    assert.deepEqual(table('coupons').stale.ids, [coupon])
    assert.equal(table('products').status, 'equal')
    assert.deepEqual(
      report.tables.flatMap(({ moved }) => moved.ids),
      [],
    )
  }
  const healed = await verify({ repair: true })
  assert.equal(healed.report.status, 'equal', JSON.stringify(healed.report.tables))
  assert.equal(healed.table('customers').repaired, 8)
  const after = await verify()
  assert.equal(after.report.status, 'equal')
  for (const each of after.report.tables) assert.deepEqual(counts(each), [0, 0, 0, 0], each.stream)
  assert.deepEqual(
    await sql("select count(*) from acme.invoices where id = 'in_nowhere'"),
    [['0']],
    'a parent that never was is not made up',
  )
  // The checkpoints are as they were: the next sync carries on.
  await sync()
  assert.equal((await verify()).report.status, 'equal')
})

test('a table that is lost is found missing row by row, and comes back', async (context) => {
  const { sync, verify, sql } = await setup(context, 'products,tax_rates,subscriptions,subscription_items')
  await sync()
  const [[rows]] = (await sql('select count(*) from acme.products')) as [[string]]
  await sql('drop table acme.products', 'alter table acme.tax_rates drop column display_name')
  const { table } = await verify()
  assert.equal(table('products').missing.count, Number(rows))
  assert.equal(table('products').missing.ids.length, Math.min(20, Number(rows)))
  assert.equal(table('tax_rates').stale.count, table('tax_rates').rows.source)
  await verify({ repair: true })
  assert.equal((await verify()).report.status, 'equal')
})

test('what changed after the last sync is no difference', async (context) => {
  const { sandbox, sync, verify, sql, advance } = await setup(
    context,
    'customers,products,invoices,invoice_lines,payment_intents,balance_transactions',
  )
  await sync()
  advance(60)
  const ids = async (table: string) =>
    (await sql(`select id from acme.${table} order by created, id`)).map(([id]) => String(id))
  const [changed = '', gone = ''] = await ids('customers')
  const [invoice = ''] = await ids('invoices')
  const [intent = ''] = await ids('payment_intents')
  await sandbox.update('customers', changed, { name: 'Renamed' })
  await sandbox.remove('customers', gone)
  await sandbox.create('customers', { id: 'cus_new', name: 'New' })
  await sandbox.update('invoices', invoice, { lines: [] })
  await sandbox.update('payment_intents', intent, { description: 'silently' }, { silent: true })
  await sandbox.create(
    'balance_transactions',
    { id: 'txn_new', amount: 5, currency: 'usd' },
    { silent: true },
  )
  const { report, table } = await verify({ windowRows: 50 })
  assert.equal(report.status, 'equal', JSON.stringify(report.tables))
  const customers = table('customers')
  assert.equal(customers.status, 'moved')
  assert.ok(['cus_new', changed, gone].every((id) => customers.moved.ids.includes(id)))
  assert.ok(table('invoice_lines').moved.count > 0)
  assert.deepEqual(table('payment_intents').moved.ids, [intent])
  assert.deepEqual(table('balance_transactions').moved.ids, ['txn_new'])
  assert.equal(table('products').status, 'equal')
  // A real difference beside them is one.
  await sql("update acme.products set name = 'Planted'")
  assert.equal((await verify()).table('products').status, 'different')
})

longTest(
  'what changes while it is looked at is no difference, even if its events come late',
  async (context) => {
    const { sandbox, sync, verify } = await setup(context, 'customers,coupons,charges', {
      lateEvents: 1_000,
      lateEvery: 2,
    })
    await sync()
    const { world } = sandbox.account.store
    let changes = 0
    const work: Promise<unknown>[] = []
    const change = () => {
      const at = changes++
      const id = (stream: string, index: number) => world.object(stream, index % world.count(stream)).id
      work.push(
        sandbox.update('customers', id('customers', at * 7), { name: `Renamed ${at}` }).catch(() => {}),
      )
      work.push(sandbox.update('charges', id('charges', at * 11), { description: `c${at}` }).catch(() => {}))
      work.push(sandbox.create('customers', { name: `New ${at}` }))
      if (at % 3 === 0) work.push(sandbox.remove('coupons', id('coupons', at)).catch(() => {}))
    }
    // At each request: some of what was just listed is other when it is asked for again.
    const { report } = await verify({ windowRows: 25, onRequest: change, settle: 1_500 })
    await Promise.all(work)
    assert.ok(changes > 20)
    assert.equal(
      report.status,
      'equal',
      JSON.stringify(report.tables.filter(({ status }) => status === 'different')),
    )
  },
)

longTest(
  'where no event tells, what no run will bring is wrong, and what one should have brought',
  async (context) => {
    const day = 86_400
    const { sandbox, sync, verify, sql, advance } = await setup(
      context,
      'payment_intents,balance_transactions',
    )
    const fields = { amount: 5, currency: 'usd', description: 'before' }
    for (let at = 0; at < 6; at++) await sandbox.create('payment_intents', { id: `pi_young${at}`, ...fields })
    await sync()
    advance(day + 60)
    // The first sweep, over 35 days.
    await sync()
    advance(3_600)
    const silently = (id: string) =>
      sandbox.update('payment_intents', id, { description: 'after' }, { silent: true })
    const old = (await sql('select id from acme.payment_intents order by created limit 3')).flat().map(String)
    const [oldChanged = '', oldPlanted = '', oldGone = ''] = old
    await silently(oldChanged)
    await silently('pi_young0')
    await sandbox.remove('payment_intents', oldGone, { silent: true })
    await sandbox.remove('payment_intents', 'pi_young1', { silent: true })
    const [[transaction = '']] = (await sql('select min(id) from acme.balance_transactions')) as [[string]]
    const before = `_version - ${2 * day * 1000}`
    await sql(
      `update acme.payment_intents set description = 'planted' where id in ('${oldPlanted}', 'pi_young2')`,
      // As if the sweep had not written them.
      `update acme.payment_intents set description = 'lost', _version = ${before} where id in ('pi_young3', 'pi_young4')`,
      `insert into acme.payment_intents by name select * replace ('pi_bogus' as id, ${before} as _version) from acme.payment_intents where id = 'pi_young5'`,
      `update acme.balance_transactions set description = 'planted' where id = '${transaction}'`,
    )
    const { report, table } = await verify({ windowRows: 50 })
    assert.equal(report.status, 'different')
    const { stale, extra, missing, moved } = table('payment_intents')
    assert.deepEqual([...stale.ids].sort(), [oldChanged, oldPlanted, 'pi_young3', 'pi_young4'].sort())
    assert.deepEqual([...extra.ids].sort(), [oldGone, 'pi_bogus'].sort())
    assert.equal(missing.count, 0)
    // The next sweep brings these, whatever they are.
    assert.deepEqual([...moved.ids].sort(), ['pi_young0', 'pi_young1', 'pi_young2'])
    advance(day)
    await sync()
    const after = await verify()
    assert.deepEqual(counts(after.table('payment_intents')), [0, 1, 2, 0], 'as was said')
    assert.deepEqual([...after.table('payment_intents').stale.ids].sort(), [oldChanged, oldPlanted].sort())
    await verify({ repair: true })
    assert.equal((await verify()).report.status, 'equal')
  },
)

longTest(
  'where no event tells, what changes before and while it is looked at is no difference as long as a sweep brings it',
  async (context) => {
    const { sandbox, sync, verify, advance } = await setup(context, 'payment_intents,balance_transactions')
    const ids = Array.from({ length: 90 }, (_, at) => `pi_${at}`)
    const fields = { amount: 5, currency: 'usd', description: 'before' }
    for (const id of ids) {
      await sandbox.create('payment_intents', { id, ...fields }, { silent: true })
      advance(7_200)
    }
    await sync()
    advance(86_460)
    await sync()
    let changes = 0
    const work: Promise<unknown>[] = []
    const change = () => {
      const at = changes++
      const id = ids[(at * 7) % ids.length] ?? ''
      const silent = { silent: true }
      work.push(
        sandbox.update('payment_intents', id, { description: `changed ${at}` }, silent).catch(() => {}),
        sandbox.create('balance_transactions', { amount: at, currency: 'usd' }, silent),
      )
      if (at % 5 === 4) work.push(sandbox.remove('payment_intents', id, silent).catch(() => {}))
      if (at % 3 === 0) work.push(sandbox.create('payment_intents', { id: `pi_new${at}`, ...fields }, silent))
    }
    for (let times = 0; times < 20; times++) change()
    const { report, table } = await verify({ windowRows: 10, onRequest: change })
    await Promise.all(work)
    assert.equal(report.status, 'equal', JSON.stringify(report.tables))
    assert.ok(changes > 40 && table('payment_intents').moved.count > 5)
  },
)

longTest(
  'a list that cannot be asked for by time is compared part by part, and what it does not have is found',
  async (context) => {
    const { sandbox, sync, verify, sql, advance } = await setup(context, 'payment_links,payment_methods')
    const ids = Array.from({ length: 730 }, (_, at) => `plink_${String(at).padStart(4, '0')}`)
    for (const id of ids)
      await sandbox.create('payment_links', { id, active: true, url: `https://buy/${id}` })
    // Their events are older than what a first run may not have seen.
    advance(3_600)
    await sync()
    const equal = await verify({ windowRows: 200 })
    assert.equal(equal.report.status, 'equal', JSON.stringify(equal.report.tables))
    const { windows, rows } = equal.table('payment_links')
    assert.deepEqual([windows, rows], [4, { source: 730, warehouse: 730 }])

    await sql(
      `delete from acme.payment_links where id in ('${ids[0]}', '${ids[400]}')`,
      `update acme.payment_links set url = 'https://planted' where id in ('${ids[3]}', '${ids[729]}')`,
      `insert into acme.payment_links by name select * replace ('plink_bogus_' || id as id) from acme.payment_links where id < '${ids[600]}' and id > '${ids[0]}'`,
      `insert into acme.payment_links from acme.payment_links where id = '${ids[500]}'`,
      "insert into acme.payment_links by name select * replace ('plink_gone' as id, now() as _deleted_at) from acme.payment_links limit 1",
    )
    for (const windowRows of [200, 2_000]) {
      const { table } = await verify({ windowRows })
      const { missing, extra, stale, moved } = table('payment_links')
      assert.deepEqual([...missing.ids].sort(), [ids[0], ids[400]])
      assert.deepEqual([...stale.ids].sort(), [ids[3], ids[729]])
      // 598 that never were, and one that is twice: more than are asked for together.
      assert.equal(extra.count, 599)
      assert.equal(moved.count, 0)
    }
    const few = await verify({ windowRows: 200, streams: 'payment_links', maxRequests: 4 })
    assert.ok(few.table('payment_links').not_checked.length > 0)
    assert.equal(few.table('payment_links').extra.count, 0, 'what was not listed to its end lacks nothing')
    await verify({ windowRows: 200, repair: true })
    assert.equal((await verify()).table('payment_links').status, 'equal')
  },
)

longTest('a list without time goes on when the objects of its cursors are deleted', async (context) => {
  const { sandbox, sync, verify, advance } = await setup(context, 'tax_ids')
  const ids = Array.from({ length: 530 }, (_, at) => `txi_${String(at).padStart(4, '0')}`)
  for (const id of ids) await sandbox.create('tax_ids', { id, type: 'eu_vat', value: id })
  advance(3_600)
  const all = sandbox.account.store.world.count('tax_ids') + ids.length
  await sync()
  const newestFirst = ids.toReversed()
  const lists = () => sandbox.stats().endpoints['/v1/tax_ids']?.requests ?? 0
  const remove = (from: number, to: number) => {
    for (const id of newestFirst.slice(from, to)) void sandbox.remove('tax_ids', id)
  }
  sandbox.resetStats()
  const plan = [
    // The last of a page, the second half of one, then all that was listed and more.
    { after: 1, from: 99, to: 100 },
    { after: 3, from: 120, to: 199 },
    { after: 8, from: 0, to: 420 },
  ]
  const { report, table } = await verify({
    windowRows: 100,
    onRequest() {
      const [next] = plan
      if (!next || lists() < next.after) return
      plan.shift()
      remove(next.from, next.to)
    },
  })
  assert.equal(report.status, 'equal', JSON.stringify(report.tables))
  assert.deepEqual(plan, [])
  const { rows, moved, missing, stale } = table('tax_ids')
  assert.equal(rows.warehouse, all, 'each row is looked at once')
  assert.ok(moved.count > 0 && missing.count + stale.count === 0)
})

test('a budget is kept, and what it left out is told', async (context) => {
  const { sandbox, sync, verify, sql } = await setup(
    context,
    'customers,products,coupons,invoices,invoice_lines',
  )
  await sync()
  sandbox.resetStats()
  const few = await verify({ windowRows: 30, maxRequests: 50 })
  assert.ok(sandbox.stats().requests <= 50)
  assert.equal(few.report.requests, sandbox.stats().requests)
  assert.equal(few.report.status, 'incomplete')
  const invoices = few.table('invoices')
  assert.equal(invoices.status, 'not_checked')
  assert.match(invoices.reason ?? '', /used up/)
  const [first] = invoices.not_checked
  const from = first?.from
  if (!from) return assert.fail('the oldest were looked at')
  assert.equal(invoices.not_checked.at(-1)?.to, null)
  // Without what was left out, all of the others.
  const rowsIn = async (where: string) =>
    Number((await sql(`select count(*) from acme.invoices where ${where}`))[0]?.[0])
  const within = invoices.not_checked.map(
    (range) => `created >= '${range.from}' and created < timestamptz '${range.to ?? 'infinity'}'`,
  )
  assert.equal(invoices.rows.warehouse, await rowsIn(`not (${within.join(' or ')})`))
  const rest = await verify({ windowRows: 30, since: Date.parse(from) })
  assert.equal(rest.table('invoices').status, 'equal')
  assert.equal(rest.table('invoices').rows.warehouse, await rowsIn(`created >= '${from}'`))
  // However many there are: never more than allowed, and never a wrong alarm or a wrong all-clear.
  await sql("update acme.customers set name = 'Planted'")
  for (let maxRequests = 1; maxRequests < 40; maxRequests += 5) {
    sandbox.resetStats()
    const { report, table } = await verify({ windowRows: 30, maxRequests })
    assert.ok(sandbox.stats().requests <= maxRequests)
    assert.notEqual(table('customers').status, 'equal')
    for (const each of report.tables)
      if (each.stream !== 'customers') assert.notEqual(each.status, 'different')
  }
})

test('what cannot be compared says why', async (context) => {
  const permissions = ['customer_read', 'invoice_read', 'product_read', 'event_read']
  const { sandbox, sync, verify, sql, advance } = await setup(context, 'customers,products,charges')
  await assert.rejects(verify(), /nothing was replicated as "acme"/)
  await sync()
  sandbox.setKey(key, { permissions })
  const { report, table } = await verify({ streams: 'customers,products,charges,coupons' })
  assert.equal(report.status, 'incomplete')
  assert.equal(table('charges').status, 'no_permission')
  assert.match(table('charges').reason ?? '', /charge_read/)
  assert.equal(table('coupons').status, 'not_checked')
  assert.match(table('coupons').reason ?? '', /a run with the same tables/)
  assert.equal(table('customers').status, 'equal')

  // Without events nothing can be dated: it is told, and no alarm.
  sandbox.setKey(key, { permissions: ['customer_read', 'product_read'] })
  await sql("update acme.customers set name = 'Planted'")
  const undated = await verify({ streams: 'customers,products' })
  assert.equal(undated.table('customers').status, 'moved')
  assert.equal(undated.table('products').status, 'equal')

  sandbox.setKey(key, { permissions })
  advance(31 * 86_400)
  const late = await verify({ streams: 'customers' })
  assert.match(late.table('customers').reason ?? '', /31 days ago/)
})

longTest('tables in other modes are compared by what is', async (context) => {
  const { sandbox, sync, verify, sql, advance } = await setup(
    context,
    'customers,invoices,invoice_lines,products',
  )
  const modes = new Map<string, Mode>([
    ['customers', 'append'],
    ['invoices', 'append'],
    ['invoice_lines', 'append'],
    ['products', 'history'],
  ])
  await sync({ modes })
  const ids = (await sql('select distinct id from acme.customers order by id')).flat().map(String)
  const [changed = '', gone = ''] = ids
  advance(60)
  await sandbox.update('customers', changed, { name: 'Renamed' })
  await sandbox.remove('customers', gone)
  const [[invoice]] = (await sql('select min(id) from acme.invoices')) as [[string]]
  await sandbox.update('invoices', invoice, { lines: [] })
  await sync({ modes })
  const equal = await verify()
  assert.equal(equal.report.status, 'equal', JSON.stringify(equal.report.tables))
  for (const each of equal.report.tables) assert.equal(each.status, 'equal', each.stream)

  await sql(
    `update acme.customers set name = 'Planted' where id = '${changed}'`,
    `delete from acme.customers where id = '${ids[5]}'`,
    `update acme.products set name = 'Planted'`,
  )
  const { table } = await verify({ streams: 'customers,products', repair: true })
  assert.deepEqual(table('customers').stale.ids, [changed])
  assert.deepEqual(table('customers').missing.ids, [ids[5]])
  assert.equal((await verify({ streams: 'customers,products' })).report.status, 'equal')
})

test('the command: a table, JSON, exit codes, a file that stays as it is', async (context) => {
  const { sandbox, cwd, sql } = await setup(context, 'customers')
  const env = { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url }
  const args = [
    '--name',
    'acme',
    '--to',
    'duckdb:./acme.duckdb',
    '--rate',
    '100%',
    '--tables',
    'customers,products',
  ]
  const early = await run(['verify', ...args], { cwd, env })
  assert.equal(early.code, 2, early.stderr)
  assert.match(early.stderr, /^sluice: nothing was replicated as "acme"[^\n]*let it run first/im)
  assert.equal((await run(['sync', ...args, '--quiet'], { cwd, env })).code, 0)

  await sql('delete from acme.customers where id = (select min(id) from acme.customers)')
  const different = await run(['verify', ...args, '--json'], { cwd, env })
  assert.equal(different.code, 3, different.stderr)
  const [customers] = lastJson(different.stdout).tables as VerifiedTable[]
  assert.equal(lastJson(different.stdout).status, 'different')
  assert.equal(customers?.missing.count, 1)
  const repaired = await run(['verify', ...args, '--repair'], { cwd, env })
  assert.equal(repaired.code, 0, repaired.stderr)
  assert.match(
    repaired.stdout,
    new RegExp(`customers: missing in the warehouse: ${customers?.missing.ids[0]}`),
  )
  assert.match(repaired.stdout, /^acme\.customers +equal/m)
  assert.match(repaired.stdout, /^equal: \d+ rows compared in /m)
  const wrong = await run(['verify', ...args, '--max-requests', 'few'], { cwd, env })
  assert.equal(wrong.code, 2)
  assert.match(wrong.stderr, /--max-requests "few" is not a number/)
})

test('what the runs were told about deletions, verify knows', async (context) => {
  const { sandbox, sync, verify } = await setup(context, 'customers')
  await sync({ deletes: 'ignore' })
  await sandbox.remove('customers', sandbox.account.store.world.object('customers', 3).id)
  await sync()
  const known = await verify()
  assert.deepEqual(known.table('customers').extra, { count: 0, ids: [] })
  const told = await verify({ deletes: 'soft' })
  assert.equal(told.table('customers').extra.count, 1)
})

longTest('cut off again and again and carried on, it says what one says that was not', async (context) => {
  const { sync, sql, verify } = await setup(context, 'customers,payment_methods,invoices,invoice_lines')
  const streams = 'customers,payment_methods,invoices,invoice_lines'
  await sync({ streams: resolveStreams(streams) })
  await sql(
    `update acme.customers set name = 'forged' where id in (select id from acme.customers order by id limit 2)`,
    `delete from acme.payment_methods where id in (select id from acme.payment_methods order by id limit 3)`,
    `insert into acme.invoices by name select * replace ('in_made_up' as id) from acme.invoices limit 1`,
  )
  const whole = (await verify({ streams, windowRows: 15 })).report
  const said = ({ tables, status }: typeof whole) => [
    status,
    tables.map(({ stream, status, reason, rows, sums, missing, extra, stale, moved, not_checked }) => ({
      ...{ stream, status, reason, rows, sums, not_checked },
      found: [missing, extra, stale, moved].map(({ count, ids }) => [count, [...ids].sort()]),
    })),
  ]
  const all = whole.requests
  const most = Math.ceil(all / 3)
  let from: unknown
  let cuts = 0
  for (let isOver = false; !isOver; ) {
    const cut = new AbortController()
    let now: (() => unknown) | undefined
    let asked = 0
    const ended = await verify({
      ...{ streams, windowRows: 15, from, signal: cut.signal },
      follow: (state) => {
        now = state
      },
      onRequest(count) {
        asked = count
        if (count !== most || !now) return
        // As it would have been written down at the moment of a death.
        from = JSON.parse(JSON.stringify(now()))
        cut.abort(new Error('cut off'))
      },
    }).catch((error: unknown) => {
      if (!cut.signal.aborted) throw error
    })
    isOver = ended !== undefined
    if (!ended) assert.ok(++cuts < 20, 'it gets nowhere')
    else {
      assert.deepEqual(said(ended.report), said(whole))
      assert.ok(asked < all / 2, `${asked} of ${all} requests after the last cut`)
    }
  }
  assert.ok(cuts > 2, `${cuts} cuts`)
  // Of anything else it says nothing: all is looked at.
  const other = await verify({ streams: 'customers', windowRows: 15, from: { v: 1, of: 'else', parts: {} } })
  assert.equal(other.table('customers').stale.count, 2)
})
