/** What views that outlive a version must show, told from the objects that a sandbox serves. */
import assert from 'node:assert/strict'
import { viewsOf } from '../../src/app/views.ts'
import { key } from './integration.ts'
import { objectsOf, type Served } from './served.ts'

type Cells = readonly unknown[]

interface Place {
  readonly sandbox: { readonly url: string }
  readonly address: string
  /** Runs statements with the warehouse's own program, not with ours. */
  readonly execute: (sql: string) => Promise<void>
  readonly rows: (sql: string) => Promise<readonly Cells[]>
  /** How a table is written there. */
  readonly table: (name: string) => string
}

const at = (object: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((level, field) => (level as Served | null | undefined)?.[field], object) ??
  null

/** Makes the views, twice, and compares them with the account. The integration is `acme`, with tables `core`. */
export async function viewsShowTheAccount({ sandbox, address, execute, rows, table }: Place): Promise<void> {
  const served = async (path: string, params = {}) => {
    const all: Served[] = []
    for await (const object of objectsOf(sandbox.url, key, { path, params })) all.push(object)
    return all
  }
  const sql = await viewsOf(address, 'acme')
  await execute(sql)
  assert.equal(await viewsOf(address, 'acme'), sql, 'views are no tables')
  await execute(sql)

  const invoices = await served('/v1/invoices')
  const payments = await served('/v1/invoice_payments')
  const paidBy = new Map(payments.map((one) => [one.invoice, at(one, 'payment.payment_intent')]))
  await agree(
    rows(
      `select id, subscription, case when paid then 1 else 0 end, tax, payment_intent, number from ${table('invoices_stable')}`,
    ),
    invoices.map((invoice) => [
      invoice.id,
      at(invoice, 'parent.subscription_details.subscription'),
      invoice.status === 'paid' ? 1 : 0,
      invoice.total_excluding_tax === null
        ? null
        : Number(invoice.total) - Number(invoice.total_excluding_tax),
      paidBy.get(invoice.id) ?? null,
      invoice.number,
    ]),
  )

  const invoiceOf = new Map(payments.map((one) => [at(one, 'payment.payment_intent'), one.invoice]))
  for (const [path, name, link] of [
    ['/v1/charges', 'charges_stable', 'payment_intent'],
    ['/v1/payment_intents', 'payment_intents_stable', 'id'],
  ] as const) {
    await agree(
      rows(`select id, invoice from ${table(name)}`),
      (await served(path)).map((one) => [one.id, invoiceOf.get(one[link]) ?? null]),
    )
  }

  const subscriptions = await served('/v1/subscriptions', { status: 'all' })
  const ends = (one: Served) =>
    (at(one, 'items.data') as readonly Served[]).map((item) => Number(item.current_period_end))
  const seen = new Map(
    (await rows(`select id, current_period_end from ${table('subscriptions_stable')}`)).map(([id, end]) => [
      id,
      seconds(end),
    ]),
  )
  assert.equal(seen.size, subscriptions.length)
  for (const one of subscriptions) assert.equal(seen.get(one.id), Math.max(...ends(one)), one.id)

  const lines = await rows(
    `select type, price, subscription_item is not null, count(*) from ${table('invoice_lines_stable')} group by 1, 2, 3`,
  )
  assert.ok(lines.length > 0)
  for (const [type, price] of lines) {
    assert.ok(type === 'subscription' || type === 'invoiceitem', String(type))
    assert.ok(price === null || typeof price === 'string')
  }
}

async function agree(found: Promise<readonly Cells[]>, expected: readonly Cells[]): Promise<void> {
  const text = (all: readonly Cells[]) =>
    all.map((cells) => cells.map((cell) => (cell === null ? '∅' : String(cell))).join(' ')).sort()
  assert.ok(
    expected.some((cells) => cells.every((cell) => cell !== null)),
    'there is something to compare',
  )
  assert.deepEqual(text(await found), text(expected))
}

/** Times come as `2026-01-02 03:04:05+00` or as ISO 8601. */
const seconds = (time: unknown) =>
  Date.parse(
    `${String(time)
      .replace(' ', 'T')
      .replace(/(\.\d+)?([+-]00(:?00)?|Z)?$/, '')}Z`,
  ) / 1000
