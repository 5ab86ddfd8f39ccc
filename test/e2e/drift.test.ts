/** What the catalog does not say, and what is selected otherwise later; from the sandbox into a DuckDB file. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { lastJson } from '../cli/spawn.ts'
import { integration } from '../support/integration.ts'

interface Drifted {
  readonly stream: string
  readonly drift: readonly {
    readonly field: string
    readonly kind: string
    readonly type: string
    readonly rows: number
  }[]
}
const driftOf = (stdout: string) =>
  Object.fromEntries(
    (lastJson(stdout).tables as Drifted[]).map(({ stream, drift }) => [
      stream,
      drift.map(({ kind, field, type, rows }) => `${kind} ${field} ${type} ${rows}`).sort(),
    ]),
  )

test('unknown fields and values that do not fit are kept, and told in the summary of the run that read them', async (context) => {
  const { sandbox, sync, start, rows } = await integration(context)
  const tables = ['--tables', 'customers,invoices']
  const first = await sync(...tables)
  assert.equal(first.code, 0, first.stderr)
  assert.deepEqual(driftOf(first.stdout), { customers: [], invoices: [] })

  const { world } = sandbox.account.store
  const [one, two, odd] = [4, 5, 6].map((index) => world.id('customers', index))
  const invoice = world.id('invoices', 2)
  assert.ok(one && two && odd)
  await setTimeout(1_100)
  await sandbox.update('customers', one, {
    loyalty: 'gold',
    address: { city: 'Oslo', planet: { name: 'Earth' } },
  })
  await sandbox.update('customers', two, { loyalty: 'silver' })
  await sandbox.update('customers', odd, { balance: '12 euros', delinquent: { since: 1 } })
  await sandbox.update('invoices', invoice, { total: 9.5 })
  const second = await sync(...tables)
  assert.equal(second.code, 0, second.stderr)
  assert.deepEqual(driftOf(second.stdout), {
    customers: [
      'misfit balance text 1',
      'misfit delinquent object 1',
      'unknown address.planet object 1',
      'unknown loyalty text 2',
    ],
    invoices: ['misfit total number 1'],
  })
  const misfits = second.stderr.split('\n').filter((line) => line.includes('do not fit'))
  assert.deepEqual(misfits.sort(), [
    'warning: customers: values that do not fit balance: text; such values are in _extra',
    'warning: customers: values that do not fit delinquent: object; such values are in _extra',
    'warning: invoices: values that do not fit total: number; such values are in _extra',
  ])
  const of = (id: string, columns: string) => rows(`select ${columns} from acme.customers where id = '${id}'`)
  assert.deepEqual(await of(one, 'address_city, _extra'), [
    ['Oslo', '{"address":{"planet":{"name":"Earth"}},"loyalty":"gold"}'],
  ])
  assert.deepEqual(await of(two, "_extra->>'loyalty'"), [['silver']])
  assert.deepEqual(await of(odd, 'balance, delinquent, _extra'), [
    [null, null, '{"balance":"12 euros","delinquent":{"since":1}}'],
  ])
  assert.deepEqual(await rows(`select total, _extra from acme.invoices where id = '${invoice}'`), [
    [null, '{"total":9.5}'],
  ])

  const third = await sync(...tables, '--full-refresh')
  assert.deepEqual(driftOf(third.stdout), driftOf(second.stdout), 'told by every run that reads them')
  const shown = await start(...tables, '--full-refresh').finished
  const note = /^note: fields that the catalog does not know are in _extra: (.*)$/m.exec(shown.stderr)
  assert.deepEqual(note?.[1]?.split(', ').sort(), [
    'customers.address.planet (object)',
    'customers.loyalty (text)',
  ])
})

test('a field selected later is read again for all, or from now on; one selected no more keeps its column', async (context) => {
  const { sandbox, sync, rows } = await integration(context)
  const { world } = sandbox.account.store
  const run = async (...args: readonly string[]) => {
    const done = await sync('--tables', 'customers', ...args)
    assert.equal(done.code, 0, done.stderr)
    return lastJson(done.stdout)
  }
  const filled = async (column: string) =>
    Number((await rows(`select count(${column}) from acme.customers`))[0]?.[0])
  const change = async (index: number, fields: Readonly<Record<string, unknown>>) => {
    await setTimeout(1_100)
    await sandbox.update('customers', world.id('customers', index), fields)
  }
  const all = world.count('customers')
  const some = ['--fields', 'customers=currency']
  const more = ['--fields', 'customers=currency,invoice_prefix']
  await run(...some)

  await change(7, { description: 'changed' })
  const fromNow = await run(...more, '--new-columns', 'from-now')
  assert.deepEqual(fromNow.incidents, [])
  assert.equal(await filled('invoice_prefix'), 1, 'the row that changed')
  await change(8, { description: 'changed' })
  await run(...more)
  assert.equal(await filled('invoice_prefix'), 2, 'what was chosen for these columns holds')

  const reloaded = await run(...more.slice(0, 1), `${more[1]},livemode`)
  assert.deepEqual(
    (reloaded.incidents as { stream: string; kind: string }[]).map(({ stream, kind }) => [stream, kind]),
    [['customers', 'selection']],
  )
  assert.deepEqual([await filled('livemode'), await filled('invoice_prefix')], [all, all])

  await change(9, { description: 'changed' })
  await run(...some)
  assert.equal(await filled('livemode'), all - 1, 'rows that are not touched keep what they had')
  await run(...more.slice(0, 1), `${more[1]},livemode`)
  assert.equal(await filled('livemode'), all, 'and all is read when it is wanted again')
})
