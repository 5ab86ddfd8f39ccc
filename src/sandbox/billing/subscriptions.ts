import type Stripe from 'stripe'
import { type Billing, CHILDREN } from './billing.ts'
import { itemPrice, itemQuantity, type Terms, terms } from './bills.ts'
import { discountId } from './discounts.ts'
import { currencyAt } from './money.ts'
import type { SubscriptionEntry } from './pattern.ts'
import { planOf } from './plans.ts'
import { price } from './prices.ts'
import { pick } from './random.ts'
import { taxRate } from './tax-rates.ts'
import { awkward, metadata } from './texts.ts'
import type { Wire } from './wire.ts'

/** Where the subscription's time stands, in cycles; whole cycles after its first. */
interface Period {
  readonly start: number
  readonly end: number
}

/** The cycle from which its invoices are counted. */
function anchorCycle(entry: SubscriptionEntry): number {
  return entry.trial ? entry.cycle + 1 : entry.cycle
}

function periodOf(b: Billing, entry: SubscriptionEntry): Period {
  const anchor = anchorCycle(entry)
  const last = (entry.ended ?? b.calendar.cycles) - 1
  if (last < anchor) return { start: entry.cycle, end: anchor }
  const start = anchor + Math.floor((last - anchor) / entry.every) * entry.every
  return { start, end: start + entry.every }
}

/** The moment at which the subscription renews in a cycle. */
export function renewal(b: Billing, entry: SubscriptionEntry, tile: number, cycle: number): number {
  return b.calendar.at(cycle + (tile + entry.delta) / b.tiles)
}

function statusOf(b: Billing, entry: SubscriptionEntry, tile: number): Stripe.Subscription.Status {
  if (entry.ended !== undefined) return 'canceled'
  if (entry.trial && renewal(b, entry, tile, entry.cycle + 1) > b.calendar.end) return 'trialing'
  if (entry.state === 'past_due' || entry.state === 'paused') return entry.state
  const first = entry.invoices[0]?.payment
  return first && !b.paymentIntents.exists(first, tile) ? 'incomplete' : 'active'
}

export function subscription(b: Billing, index: number): Wire<Stripe.Subscription> | undefined {
  const spot = b.subscriptions.spot(index)
  if (!spot) return undefined
  const { entry, tile } = spot
  const t = terms(b, entry, tile)
  const created = b.subscriptions.created(entry, tile)
  const id = b.subscriptions.idAt(index)
  const period = periodOf(b, entry)
  const periodEnd = renewal(b, entry, tile, period.end)
  const endedAt = entry.ended === undefined ? null : renewal(b, entry, tile, entry.ended)
  const leaving = entry.ended === undefined && entry.state === 'active' && pick(t.hash, 10, 40) === 0
  // Asked for some days before the period's end, and always within it.
  const canceledAt =
    endedAt !== null ? endedAt - 3 * 86_400 : leaving ? Math.min(b.calendar.end, created + 3600) : null
  const latest = entry.invoices.at(-1)
  const card = entry.customer.cards[0]
  const trialEnd = entry.trial ? renewal(b, entry, tile, entry.cycle + 1) : null
  const byInvoice = pick(t.hash, 11, 8) === 0
  const day = new Date(created * 1000)
  return {
    id,
    object: 'subscription',
    application: null,
    application_fee_percent: null,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: renewal(b, entry, tile, anchorCycle(entry)),
    billing_cycle_anchor_config:
      pick(t.hash, 12, 10) === 0
        ? { day_of_month: day.getUTCDate(), hour: null, minute: null, month: null, second: null }
        : null,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    billing_schedules: [],
    billing_thresholds: null,
    cancel_at: leaving ? periodEnd : null,
    cancel_at_period_end: leaving,
    canceled_at: canceledAt,
    cancellation_details:
      canceledAt === null
        ? { comment: null, feedback: null, feedback_option: null, reason: null }
        : {
            comment: pick(t.hash, 13, 9) === 0 ? awkward(t.hash) : null,
            feedback: pick(t.hash, 14, 2) === 0 ? 'too_expensive' : null,
            feedback_option: null,
            reason: 'cancellation_requested',
          },
    collection_method: byInvoice ? 'send_invoice' : 'charge_automatically',
    created,
    currency: currencyAt(entry.customer.currency).code,
    customer: b.customers.id(entry.customer, tile),
    customer_account: null,
    days_until_due: byInvoice ? 30 : null,
    default_payment_method: card && pick(t.hash, 15, 2) === 0 ? b.paymentMethods.id(card, tile) : null,
    default_source: null,
    default_tax_rates: t.taxRate >= 0 ? [taxRate(b, t.taxRate)] : [],
    description: pick(t.hash, 16, 30) === 0 ? awkward(t.hash) : null,
    discounts: t.coupon >= 0 ? [discountId(b, index)] : [],
    ended_at: endedAt,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: items(b, t, id, created, renewal(b, entry, tile, period.start), periodEnd),
    latest_invoice: latest ? b.invoices.id(latest, tile) : null,
    livemode: b.livemode,
    managed_payments: null,
    metadata: metadata(t.hash),
    next_pending_invoice_item_invoice: null,
    on_behalf_of: null,
    pause_collection: entry.state === 'collection_paused' ? { behavior: 'void', resumes_at: null } : null,
    payment_settings: {
      payment_method_options: null,
      payment_method_types: null,
      save_default_payment_method: 'off',
    },
    pending_invoice_item_interval: null,
    pending_setup_intent: null,
    pending_update: null,
    schedule: null,
    start_date: created,
    status: statusOf(b, entry, tile),
    test_clock: null,
    transfer_data: null,
    trial_end: trialEnd,
    trial_settings: {
      end_behavior: {
        billing_cycle_anchor: null,
        missing_payment_method: entry.state === 'paused' ? 'pause' : 'create_invoice',
      },
    },
    trial_start: entry.trial ? created : null,
  }
}

function items(
  b: Billing,
  t: Terms,
  subscription: string,
  created: number,
  periodStart: number,
  periodEnd: number,
): Wire<Stripe.SubscriptionItem>[] {
  const made: Wire<Stripe.SubscriptionItem>[] = []
  for (let item = 0; item < t.items; item++) {
    const of = price(b, itemPrice(t, item))
    made.push({
      id: itemId(b, t, item),
      object: 'subscription_item',
      billing_thresholds: null,
      created: created + 1,
      current_period_end: periodEnd,
      current_period_start: periodStart,
      current_trial: null,
      discounts: [],
      metadata: {},
      plan: planOf(b, of),
      price: of,
      quantity: itemQuantity(t, item),
      subscription,
      tax_rates: [],
    })
  }
  return made
}

export function itemId(b: Billing, t: Terms, item: number): string {
  return b.ids.subscriptionItem.encode(t.index * CHILDREN + item)
}
