/** Modes and deletes, the whole way: a sandbox over HTTP into DuckDB by the command line, and into memory. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { ConfigError } from '../../src/core/errors.ts'
import type { Cell } from '../../src/core/model.ts'
import { historyTable } from '../../src/core/modes.ts'
import { loadTable } from '../../src/core/schema.ts'
import { tablesFor } from '../../src/stripe/selection.ts'
import { Died } from '../support/crashing.ts'
import { integration } from '../support/integration.ts'
import { replica } from '../support/replica.ts'
import { held } from '../support/truth.ts'

const told = ({ id, name, description, metadata }: Readonly<Record<string, unknown>>) =>
  JSON.stringify([id, name, description ?? null, metadata])

test('a history tells what the account had at each sync, versions are appended', async (context) => {
  const { sandbox, sync, rows } = await integration(context)
  const options = [
    '--tables',
    'customers,products',
    '--mode',
    'customers=history',
    '--mode',
    'products=append',
  ]
  const seen: { readonly at: number; readonly truth: readonly string[] }[] = []
  const run = async (...more: readonly string[]) => {
    const { code, stderr } = await sync(...options, ...more)
    assert.equal(code, 0, stderr)
    seen.push({
      at: Date.now(),
      truth: (await held(sandbox, 'customers')).map(({ object }) => told(object)).sort(),
    })
    // Stripe's times are whole seconds.
    await setTimeout(1_100)
  }
  const count = async (sql: string) => Number((await rows(`select count(*) ${sql}`))[0]?.[0])
  const asOf = async (ms: number) => {
    const time = `make_timestamptz(${ms * 1000}::bigint)`
    const found = await rows(
      `select id, name, description, metadata from acme.customers_history
         where _valid_from <= ${time} and (${time} < _valid_to or _valid_to is null)`,
    )
    return found
      .map(([id, name, description, metadata]) =>
        told({ id, name, description, metadata: JSON.parse(String(metadata)) as unknown }),
      )
      .sort()
  }

  await run()
  const products = await count('from acme.products')
  const [changed = '', touched = '', removed = '', back = ''] = (
    await rows('select id from acme.customers order by id')
  ).map(([id]) => String(id))
  const [product = '', gone = ''] = (await rows('select id from acme.products order by id')).map(([id]) =>
    String(id),
  )
  const original = (await held(sandbox, 'customers')).find(({ id }) => id === changed)?.object

  await sandbox.update('customers', changed, { description: 'second', metadata: { a: '1' } })
  await sandbox.update('customers', touched, {})
  await sandbox.create('customers', { id: 'cus_new', name: 'New' })
  await sandbox.update('products', product, { name: 'Renamed' })
  await run()
  await sandbox.update('customers', changed, {
    description: original?.description,
    metadata: original?.metadata,
  })
  await sandbox.remove('customers', removed)
  await sandbox.remove('products', gone)
  await run()
  await sandbox.update('customers', 'cus_new', { name: 'Newer' })
  await sandbox.remove('customers', back)
  await run()

  for (const { at, truth } of seen) assert.deepEqual(await asOf(at), truth)
  const intervals = async (id: string) =>
    await rows(
      `select description, _is_current, _deleted_at is not null from acme.customers_history where id = '${id}' order by _valid_from`,
    )
  assert.equal((await intervals(changed)).length, 3)
  assert.deepEqual(
    (await intervals(changed)).map(([description]) => description),
    [original?.description ?? null, 'second', original?.description ?? null],
  )
  assert.equal((await intervals(touched)).length, 1, 'an event without a change opens no interval')
  assert.deepEqual(
    (await intervals(removed)).map(([, current, deleted]) => [current, deleted]),
    [
      [false, false],
      [false, true],
    ],
  )
  assert.equal(
    await count(`from acme.customers_history a join acme.customers_history b on a.id = b.id
      and a._valid_from < b._valid_from and (a._valid_to is null or a._valid_to > b._valid_from)`),
    0,
    'no overlaps',
  )
  const current = `select id, description, _version from acme.customers_history where _is_current`
  const alive = `select id, description, _version from acme.customers where _deleted_at is null`
  assert.equal(await count(`from ((${current} except ${alive}) union all (${alive} except ${current}))`), 0)
  assert.equal(
    await count(`from acme.customers_history where _is_current`),
    (await held(sandbox, 'customers')).length,
  )

  // The rename, and the deletion; what did not change was not read again.
  assert.equal(await count('from acme.products'), products + 2)
  assert.deepEqual(
    await rows(`select name, _deleted_at is null from acme.products where id in ('${product}', '${gone}') and _version >
       (select min(_version) + 1000 from acme.products) order by name`),
    [
      ['Renamed', true],
      [null, false],
    ],
  )

  const before = await count('from acme.customers_history')
  await run('--full-refresh')
  assert.equal(
    await count('from acme.customers_history'),
    before,
    'content that is read again opens no interval',
  )
  assert.deepEqual(await asOf(seen.at(-1)?.at ?? 0), seen.at(-1)?.truth)
  const products2 = products + 2 + (await held(sandbox, 'products')).length
  assert.equal(await count('from acme.products'), products2, 'every reading is a version')
  const back2 = await sync('--tables', 'customers,products', '--mode', 'customers=history')
  assert.equal(back2.code, 2)
  assert.match(back2.stderr, /products holds every version.*--mode products=append/)
})

async function setup(context: TestContext, options: Parameters<typeof replica>[0] = {}) {
  const made = await replica(options)
  context.after(made.close)
  return made
}

test('hard deletes leave no row, of the object or of what it lost; ignored ones change nothing', async (context) => {
  const { sandbox, world, sync, alive, deleted, equalsFreshCopy } = await setup(context)
  await sync(undefined, { deletes: 'hard' })
  const [customers, lines] = [(await alive('customers')).length, (await alive('invoice_lines')).length]
  await sandbox.remove('customers', world('customers', 3).id)
  await sandbox.update('invoices', world('invoices', 5).id, { lines: [] })
  const { summary } = await sync(undefined, { deletes: 'hard' })
  assert.equal(summary.tables.find(({ stream }) => stream === 'customers')?.deleted, 1)
  assert.equal((await alive('customers')).length, customers - 1)
  assert.ok((await alive('invoice_lines')).length < lines)
  for (const table of ['customers', 'invoice_lines', 'invoices'])
    assert.deepEqual(await deleted(table), [], table)
  await equalsFreshCopy()

  await sandbox.remove('customers', world('customers', 4).id)
  await sandbox.update('customers', world('customers', 5).id, { name: 'Changed' })
  await sync(undefined, { deletes: 'ignore' })
  assert.equal((await alive('customers')).length, customers - 1)
  assert.ok((await alive('customers')).some((row) => row.includes('Changed')))
})

test('what one run is told about deletions holds for the next, until it is told otherwise', async (context) => {
  const { sandbox, world, sync, deleted } = await setup(context)
  await sync('customers', { deletes: 'hard' })
  await sandbox.remove('customers', world('customers', 3).id)
  const { warnings } = await sync('customers')
  assert.deepEqual([await deleted('customers'), warnings], [[], []])
  await sandbox.remove('customers', world('customers', 4).id)
  const changed = await sync('customers', { deletes: 'soft' })
  assert.match(changed.warnings.join(), /about deletions was hard and is soft from now on/)
  assert.equal((await deleted('customers')).length, 1)
})

test('a full refresh finds in every run what no event tells; a reader never misses a row; a kill is carried on', async (context) => {
  const { sandbox, sync, alive, deleted, read } = await setup(context, { scale: 450 })
  const table = loadTable(tablesFor([{ name: 'customers' }]).get('customers') ?? assert.fail())
  const refresh = { modes: { customers: 'full_refresh' } as const }
  await sync('customers', refresh)
  const count = (await alive('customers')).length
  const change = async (n: number) => {
    const [first, last] = [
      sandbox.account.store.world.object('customers', n),
      sandbox.account.store.world.object('customers', count - 2 - n),
    ]
    await sandbox.update('customers', first.id, { name: `Silent ${n}` }, { silent: true })
    await sandbox.remove('customers', last.id, { silent: true })
  }
  await change(1)
  const whole: Promise<number>[] = []
  const { summary } = await sync('customers', {
    ...refresh,
    flushEvery: 1,
    onRequest: () => void whole.push(alive('customers').then(({ length }) => length)),
  })
  for (const length of await Promise.all(whole))
    assert.ok(length >= count - 1, `${length} rows while it went on`)
  assert.ok((await alive('customers')).some((row) => row.includes('Silent 1')))
  assert.equal((await deleted('customers')).length, 1)

  await change(2)
  // How much each load has depends on the machine: it is killed until some of the list is durable.
  const versions = async () => (await read(table)).map((row) => Number(row[1]))
  const before = Math.max(...(await versions()))
  const written = async () => (await versions()).filter((version) => version > before).length
  for (let count = 2; (await written()) === 0; count++) {
    const death = { at: 'loaded', count } as const
    await assert.rejects(sync('customers', { ...refresh, flushEvery: 1, death }), Died)
  }
  assert.equal((await deleted('customers')).length, 1)
  const left = count - (await written())
  const carried = await sync('customers', refresh)
  const rows = carried.summary.tables[0]?.rows ?? count
  assert.ok(rows <= left + 100, `${rows} rows read again, and ${left} were left`)
  assert.ok((await alive('customers')).some((row) => row.includes('Silent 2')))
  assert.equal((await deleted('customers')).length, 2)

  const next = await sync('customers', refresh)
  assert.ok(next.summary.requests >= summary.requests, 'what was carried on is over')
})

test('a table that gets a history later begins it whole; what belongs to its objects is read with them', async (context) => {
  const { sandbox, world, sync, alive, read } = await setup(context)
  const history = historyTable(tablesFor([{ name: 'invoices' }]).get('invoices') ?? assert.fail())
  const cells = async (name: string): Promise<readonly Cell[]> => {
    const at = history.columns.findIndex((column) => column.name === name)
    return (await read(history)).map((row) => row[at] ?? null)
  }
  await sync('invoices,invoice_lines')
  assert.deepEqual(await read(history), [])
  const { summary, events } = await sync('invoices,invoice_lines', { modes: { invoices: 'history' } })
  assert.equal(summary.status, 'succeeded')
  assert.deepEqual(
    events.filter(({ type }) => type === 'incident'),
    [],
  )
  const count = (await alive('invoices')).length
  assert.deepEqual(await cells('_is_current'), Array(count).fill(true))

  await setTimeout(1_100)
  await sandbox.update('invoices', world('invoices', 1).id, { description: 'changed' })
  const third = await sync('invoices,invoice_lines', { modes: { invoices: 'history' } })
  assert.ok(third.summary.requests < 6, 'it is read whole only once')
  assert.equal((await cells('_is_current')).filter((current) => current).length, count)
  assert.equal((await cells('id')).length, count + 1)

  // Back and forth: what was missed meanwhile is closed where it is noticed.
  await sync('invoices,invoice_lines')
  await setTimeout(1_100)
  await sandbox.remove('invoices', world('invoices', 2).id)
  await sync('invoices,invoice_lines')
  await sync('invoices,invoice_lines', { modes: { invoices: 'history' } })
  assert.equal((await cells('_is_current')).filter((current) => current).length, count - 1)

  await sync('invoices,invoice_lines', { modes: { invoices: 'append' } })
  await assert.rejects(sync('invoices,invoice_lines'), (error: unknown) => {
    assert.ok(error instanceof ConfigError)
    assert.match(error.message, /invoices holds every version/)
    return true
  })
})
