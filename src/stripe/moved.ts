/**
 * Columns that a version of Stripe's API took away, and where their values are since: SQL that names them goes on to
 * work. From Stripe's changelog of the API (docs.stripe.com/changelog) and that of the official `stripe` package.
 */

/** A value in SQL terms, from columns of the stream's row or of rows that belong to it. */
export type Whereabouts =
  /** The first of these columns that is not null. */
  | { readonly first: readonly string[] }
  /** Whether a column has this value. */
  | { readonly column: string; readonly is: string }
  /** What the value of a column was called. */
  | { readonly column: string; readonly was: Readonly<Record<string, string>> }
  | { readonly column: string; readonly less: string }
  /** Of the rows of another table that are there, and whose column `on` has the value of ours: one value of `column`. */
  | {
      readonly of: string
      readonly on: string
      readonly ours: string
      readonly column: string
      readonly take: 'min' | 'max'
    }

export interface Moved {
  readonly column: string
  /** The first version without it. */
  readonly since: string
  readonly now: Whereabouts
}

const basil = '2025-03-31.basil'
const clover = '2025-09-30.clover'

const itemsOf = (column: string, take: 'min' | 'max'): Whereabouts => ({
  of: 'subscription_items',
  on: 'subscription',
  ours: 'id',
  column,
  take,
})

/** By stream. */
export const moved: Readonly<Record<string, readonly Moved[]>> = {
  subscriptions: [
    // Each item has its own period now; those of one subscription with one interval are the same.
    { column: 'current_period_start', since: basil, now: itemsOf('current_period_start', 'min') },
    { column: 'current_period_end', since: basil, now: itemsOf('current_period_end', 'max') },
  ],
  invoices: [
    { column: 'subscription', since: basil, now: { first: ['parent_subscription_details_subscription'] } },
    { column: 'quote', since: basil, now: { first: ['parent_quote_details_quote'] } },
    { column: 'paid', since: basil, now: { column: 'status', is: 'paid' } },
    { column: 'tax', since: basil, now: { column: 'total', less: 'total_excluding_tax' } },
    ...(['payment_intent', 'charge'] as const).map(
      (column): Moved => ({
        column,
        since: basil,
        now: { of: 'invoice_payments', on: 'invoice', ours: 'id', column: `payment_${column}`, take: 'max' },
      }),
    ),
  ],
  invoice_lines: [
    { column: 'price', since: basil, now: { first: ['pricing_price_details_price'] } },
    {
      column: 'type',
      since: basil,
      now: {
        column: 'parent_type',
        was: { subscription_item_details: 'subscription', invoice_item_details: 'invoiceitem' },
      },
    },
    {
      column: 'proration',
      since: basil,
      now: {
        first: ['parent_invoice_item_details_proration', 'parent_subscription_item_details_proration'],
      },
    },
    {
      column: 'invoice_item',
      since: basil,
      now: {
        first: ['parent_invoice_item_details_invoice_item', 'parent_subscription_item_details_invoice_item'],
      },
    },
    {
      column: 'subscription_item',
      since: basil,
      now: { first: ['parent_subscription_item_details_subscription_item'] },
    },
  ],
  charges: [
    {
      column: 'invoice',
      since: basil,
      now: {
        of: 'invoice_payments',
        on: 'payment_payment_intent',
        ours: 'payment_intent',
        column: 'invoice',
        take: 'max',
      },
    },
  ],
  payment_intents: [
    {
      column: 'invoice',
      since: basil,
      now: {
        of: 'invoice_payments',
        on: 'payment_payment_intent',
        ours: 'id',
        column: 'invoice',
        take: 'max',
      },
    },
  ],
  promotion_codes: [{ column: 'coupon', since: clover, now: { first: ['promotion_coupon'] } }],
}
