import assert from 'node:assert/strict'
import { test } from 'node:test'
import type Stripe from 'stripe'
import type { World } from '../world.ts'
import type { Wire } from './wire.ts'
import { billingWorld } from './world.ts'

const NOW = 1_790_000_000
const world = billingWorld({ seed: 11, scale: 800, now: NOW })

function* all<T>(w: World, stream: string): Generator<T> {
  for (let index = 0; index < w.count(stream); index++) yield w.object(stream, index) as T
}

function get<T>(stream: string, id: unknown): T {
  assert.equal(typeof id, 'string', `an id of ${stream}`)
  const index = world.index(stream, id as string)
  assert.ok(index !== undefined, `${stream} has no ${id}`)
  return world.object(stream, index) as T
}

const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0)

type Invoice = Wire<Stripe.Invoice>
type Charge = Wire<Stripe.Charge>
type Refund = Wire<Stripe.Refund>
type Transaction = Wire<Stripe.BalanceTransaction>

test('lines add up to their invoice, with discounts and taxes', () => {
  for (const invoice of all<Invoice>(world, 'invoices')) {
    const { lines, id } = invoice
    assert.ok(lines.length > 0, id)
    const discount = sum(lines.flatMap((line) => (line.discount_amounts ?? []).map((d) => d.amount)))
    const taxes = lines.flatMap((line) => line.taxes ?? [])
    const exclusive = sum(taxes.filter((t) => t.tax_behavior === 'exclusive').map((t) => t.amount))
    const inclusive = sum(taxes.filter((t) => t.tax_behavior === 'inclusive').map((t) => t.amount))
    assert.equal(sum(lines.map((line) => line.amount)), invoice.subtotal, id)
    assert.equal(sum((invoice.total_discount_amounts ?? []).map((d) => d.amount)), discount, id)
    assert.equal(sum((invoice.total_taxes ?? []).map((t) => t.amount)), exclusive + inclusive, id)
    assert.equal(invoice.total, invoice.subtotal - discount + exclusive, id)
    assert.equal(invoice.total_excluding_tax, invoice.total - exclusive - inclusive, id)
    assert.equal(invoice.subtotal_excluding_tax, invoice.subtotal - inclusive, id)
    assert.equal(invoice.amount_paid + invoice.amount_remaining, invoice.amount_due, id)
    assert.equal(invoice.amount_due, invoice.total, id)
    assert.ok(invoice.total >= 0, id)
    for (const line of lines) {
      assert.equal(line.invoice, id)
      assert.equal(line.currency, invoice.currency)
      assert.ok(Number.isSafeInteger(line.amount) && !Object.is(line.amount, -0))
    }
    const products = lines
      .filter((line) => line.parent?.subscription_item_details?.proration === false)
      .map((line) => line.parent?.subscription_item_details?.subscription_item)
    assert.equal(new Set(products).size, products.length, id)
  }
})

test('a line is so many units of its price', () => {
  for (const invoice of all<Invoice>(world, 'invoices')) {
    for (const line of invoice.lines.slice(0, 3)) {
      const details = line.parent?.subscription_item_details
      if (details?.proration || line.description?.startsWith('Trial period') || line.amount === 0) continue
      const price = get<Wire<Stripe.Price>>('prices', line.pricing?.price_details?.price)
      assert.equal(price.product, line.pricing?.price_details?.product)
      const unit = Number(line.pricing?.unit_amount_decimal)
      assert.equal(line.amount, Math.round(unit * (line.quantity ?? 0)), line.id)
      if (details) {
        assert.equal(price.currency, invoice.currency)
        assert.equal(price.unit_amount_decimal, line.pricing?.unit_amount_decimal)
      } else if (price.currency !== invoice.currency) {
        assert.equal(
          `${price.currency_options?.[invoice.currency]?.unit_amount}`,
          line.pricing?.unit_amount_decimal,
        )
      }
    }
  }
})

test('a paid invoice was paid: payment, intent and charge over the same amount', () => {
  let paid = 0
  for (const invoice of all<Invoice>(world, 'invoices')) {
    const payments = world.find?.('invoice_payments', 'invoice', invoice.id) ?? []
    assert.deepEqual(
      payments.map((index) => world.id('invoice_payments', index)),
      (invoice.payments ?? []).map(({ id }) => id),
    )
    if (invoice.status !== 'paid') {
      assert.equal(invoice.amount_paid, 0)
      continue
    }
    if (invoice.total === 0) {
      assert.equal(payments.length, 0)
      continue
    }
    paid++
    assert.equal(payments.length, 1)
    const payment = world.object(
      'invoice_payments',
      payments[0] ?? -1,
    ) as unknown as Wire<Stripe.InvoicePayment>
    assert.equal(payment.status, 'paid')
    assert.equal(payment.amount_paid, invoice.total)
    assert.equal(payment.invoice, invoice.id)
    const intent = get<Wire<Stripe.PaymentIntent>>('payment_intents', payment.payment.payment_intent)
    assert.equal(intent.status, 'succeeded')
    assert.equal(intent.amount_received, invoice.total)
    assert.equal(intent.currency, invoice.currency)
    assert.equal(intent.customer, invoice.customer)
    const charge = get<Charge>('charges', intent.latest_charge)
    assert.equal(charge.amount, invoice.total)
    assert.equal(charge.status, 'succeeded')
    assert.equal(charge.payment_intent, intent.id)
    assert.equal(charge.customer, invoice.customer)
    assert.equal(invoice.status_transitions.paid_at, charge.created)
  }
  assert.ok(paid > 2000)
})

test('a charge is refunded by the sum of its refunds, and an invoice credited by its notes', () => {
  const refunded = new Map<string, number>()
  for (const refund of all<Refund>(world, 'refunds')) {
    assert.ok(refund.amount > 0)
    refunded.set(`${refund.charge}`, (refunded.get(`${refund.charge}`) ?? 0) + refund.amount)
  }
  let partly = 0
  let wholly = 0
  for (const charge of all<Charge>(world, 'charges')) {
    const amount = refunded.get(charge.id) ?? 0
    assert.equal(charge.amount_refunded, amount, charge.id)
    assert.equal(sum((charge.refunds ?? []).map((refund) => refund.amount)), amount)
    assert.ok(amount <= charge.amount)
    assert.equal(charge.refunded, amount > 0 && amount === charge.amount)
    if (charge.refunded) wholly++
    else if (amount > 0) partly++
    refunded.delete(charge.id)
  }
  assert.equal(refunded.size, 0)
  assert.ok(partly > 5 && wholly > 5, `${partly} ${wholly}`)

  const credited = new Map<string, number>()
  for (const note of all<Wire<Stripe.CreditNote>>(world, 'credit_notes')) {
    credited.set(`${note.invoice}`, (credited.get(`${note.invoice}`) ?? 0) + note.total)
    const taxes = note.total_taxes ?? []
    const exclusive = sum(taxes.filter((t) => t.tax_behavior === 'exclusive').map((t) => t.amount))
    assert.equal(sum(note.lines.map((line) => line.amount)), note.subtotal)
    assert.equal(sum(note.lines.map((line) => line.discount_amount)), note.discount_amount)
    assert.equal(note.total, note.subtotal - note.discount_amount + exclusive)
    const refund = get<Refund>('refunds', note.refunds[0]?.refund)
    assert.equal(refund.amount, note.amount)
    assert.ok(note.lines.every((line) => world.parentOf?.('credit_note_lines', line.id) === note.id))
  }
  for (const invoice of all<Invoice>(world, 'invoices')) {
    assert.equal(invoice.post_payment_credit_notes_amount, credited.get(invoice.id) ?? 0)
    assert.ok(invoice.post_payment_credit_notes_amount <= invoice.amount_paid)
  }
})

test('every movement of money has its transaction, and payouts are the sum of what they cover', () => {
  const bySource = new Map<string, Transaction[]>()
  const sums = new Map<string, number>()
  for (const transaction of all<Transaction>(world, 'balance_transactions')) {
    assert.equal(transaction.net, transaction.amount - transaction.fee)
    assert.equal(sum(transaction.fee_details.map((fee) => fee.amount)), transaction.fee)
    assert.ok(!Object.is(transaction.amount, -0))
    const list = bySource.get(`${transaction.source}`)
    if (list) list.push(transaction)
    else bySource.set(`${transaction.source}`, [transaction])
    const key = `${transaction.status} ${transaction.currency}`
    sums.set(key, (sums.get(key) ?? 0) + transaction.net)
  }
  const own = (stream: string, id: string, balanceTransaction: unknown, amount: number) => {
    const transaction = get<Transaction>('balance_transactions', balanceTransaction)
    assert.equal(transaction.source, id, stream)
    assert.equal(transaction.amount, amount, `${stream} ${id}`)
  }
  for (const charge of all<Charge>(world, 'charges')) {
    if (charge.status === 'succeeded') own('charges', charge.id, charge.balance_transaction, charge.amount)
    else assert.equal(charge.balance_transaction, null)
  }
  for (const refund of all<Refund>(world, 'refunds')) {
    own('refunds', refund.id, refund.balance_transaction, -refund.amount)
  }
  const covered = new Set<number>()
  for (const payout of all<Wire<Stripe.Payout>>(world, 'payouts')) {
    own('payouts', payout.id, payout.balance_transaction, -payout.amount)
    const indexes = world.find?.('balance_transactions', 'payout', payout.id) ?? []
    let net = 0
    for (const index of indexes) {
      assert.ok(!covered.has(index))
      covered.add(index)
      const transaction = world.object('balance_transactions', index) as unknown as Transaction
      assert.equal(transaction.currency, payout.currency)
      assert.equal(transaction.status, 'available')
      if (transaction.source !== payout.id) net += transaction.net
    }
    assert.equal(net, payout.amount, payout.id)
  }
  for (const dispute of all<Wire<Stripe.Dispute>>(world, 'disputes')) {
    const charge = get<Charge>('charges', dispute.charge)
    assert.equal(charge.amount, dispute.amount)
    assert.equal(charge.disputed, true)
    assert.deepEqual(dispute.balance_transactions, bySource.get(dispute.id))
    const kept = dispute.status === 'won' ? 0 : -dispute.amount
    assert.equal(sum(dispute.balance_transactions.map((transaction) => transaction.amount)), kept)
  }
  const balance = world.balance?.() as unknown as Wire<Stripe.Balance>
  for (const { currency, amount } of balance.available)
    assert.equal(sums.get(`available ${currency}`) ?? 0, amount)
  for (const { currency, amount } of balance.pending)
    assert.equal(sums.get(`pending ${currency}`) ?? 0, amount)
})

test('a subscription has one invoice for each period, in order, and its latest is the last', () => {
  for (const subscription of all<Wire<Stripe.Subscription>>(world, 'subscriptions')) {
    const invoices = (world.find?.('invoices', 'subscription', subscription.id) ?? []).map(
      (index) => world.object('invoices', index) as unknown as Invoice,
    )
    assert.ok(invoices.length > 0, subscription.id)
    assert.equal(invoices.at(-1)?.id, subscription.latest_invoice)
    assert.equal(invoices[0]?.created, subscription.created)
    for (const [at, invoice] of invoices.entries()) {
      assert.equal(invoice.customer, subscription.customer)
      const next = invoices[at + 1]
      const line = invoice.lines[0]
      if (next) assert.equal(line?.period.end, next.period_end, `${subscription.id} ${at}`)
      assert.equal(invoice.period_end, line?.period.start)
    }
    const items = new Set(subscription.items.map((item) => item.id))
    for (const line of invoices.at(-1)?.lines ?? []) {
      const item = line.parent?.subscription_item_details?.subscription_item
      if (item) assert.ok(items.has(item), line.id)
    }
  }
})
