import { drawPattern } from './draw-pattern.ts'
import { type IdCodec, idCodec, letters } from './ids.ts'
import { type Lattice, lattice } from './lattice.ts'
import {
  type CardEntry,
  type ChargeEntry,
  type CreditNoteEntry,
  CUSTOMERS,
  type CustomerEntry,
  CYCLES,
  type DisputeEntry,
  type Entry,
  type InvoiceEntry,
  type InvoicePaymentEntry,
  type PaymentEntry,
  type PayoutEntry,
  type RefundEntry,
  type SessionEntry,
  type SetupEntry,
  type SubscriptionEntry,
  type TransactionEntry,
} from './pattern.ts'
import { hashText } from './random.ts'
import { type Calendar, calendar, workdays } from './time.ts'

/** Children have the index `parent's index * CHILDREN + place`: no list inside an object is longer. */
export const CHILDREN = 4096

/** Seconds from an invoice to its finalization, and to the charge. */
export const FINALIZED_AFTER = 3600
export const CHARGED_AFTER = 3605

export interface BillingOptions {
  readonly seed: number
  /** Customers; at least 60. */
  readonly scale: number
  /** Unix seconds: nothing is created later. */
  readonly now: number
  readonly accountId?: string
  readonly livemode?: boolean
}

/** What the objects are computed from: sizes, places in time, ids. */
export interface Billing {
  readonly seed: number
  readonly scale: number
  readonly tiles: number
  readonly livemode: boolean
  readonly accountId: string
  readonly accountCreated: number
  readonly calendar: Calendar
  /** Products: the first ones are there from the start, the others come in the course of history. */
  readonly products: { readonly launch: number; readonly later: number }
  readonly coupons: { readonly launch: number; readonly later: number }
  readonly customers: Lattice<CustomerEntry>
  readonly paymentMethods: Lattice<CardEntry>
  readonly setupIntents: Lattice<SetupEntry>
  readonly subscriptions: Lattice<SubscriptionEntry>
  readonly invoices: Lattice<InvoiceEntry>
  readonly paymentIntents: Lattice<PaymentEntry>
  readonly invoicePayments: Lattice<InvoicePaymentEntry>
  readonly charges: Lattice<ChargeEntry>
  readonly refunds: Lattice<RefundEntry>
  readonly creditNotes: Lattice<CreditNoteEntry>
  readonly disputes: Lattice<DisputeEntry>
  readonly payouts: Lattice<PayoutEntry>
  readonly balanceTransactions: Lattice<TransactionEntry>
  readonly checkoutSessions: Lattice<SessionEntry>
  /** Ids of what has no lattice: the catalog, and parts of other objects. */
  readonly ids: {
    readonly product: IdCodec
    readonly price: IdCodec
    readonly coupon: IdCodec
    readonly promotionCode: IdCodec
    readonly taxRate: IdCodec
    readonly taxId: IdCodec
    readonly accountTaxId: IdCodec
    readonly discount: IdCodec
    readonly subscriptionItem: IdCodec
    readonly invoiceLine: IdCodec
    readonly invoiceItem: IdCodec
    readonly creditNoteLine: IdCodec
    readonly sessionLine: IdCodec
    readonly card: IdCodec
    readonly bankAccount: IdCodec
    readonly balanceChange: IdCodec
  }
  /** Keys of the hashes, one for each kind of object. */
  readonly keys: {
    readonly customer: number
    readonly card: number
    readonly subscription: number
    readonly invoice: number
    readonly line: number
    readonly charge: number
    readonly refund: number
    readonly product: number
  }
}

/** Throws `RangeError` for a scale that is not a whole number of at least 60. */
export function billing(options: BillingOptions): Billing {
  const { seed, scale, now } = options
  if (!Number.isSafeInteger(scale) || scale < 60 || scale > 10_000_000) {
    throw new RangeError(`a world has from 60 to 10,000,000 customers, not ${scale}`)
  }
  if (!Number.isSafeInteger(now)) throw new RangeError(`now is in whole unix seconds, not ${now}`)
  const key = (name: string) => hashText(name, seed)
  const accountTail = letters(10, key('account'))
  const accountId = options.accountId ?? `acct_1${letters(5, key('account id'))}${accountTail}`
  const middle = accountId
    .replace(/[^0-9A-Za-z]/g, '')
    .slice(-10)
    .padStart(10, '0')
  const time = calendar(now - 30, CYCLES)
  // A fifth or so of the customers come in one import.
  const tiles = Math.max(1, Math.floor((scale * 0.8) / CUSTOMERS))
  const imported = scale - tiles * CUSTOMERS
  const block = { time: time.at(20.5), count: imported, perSecond: 500 }

  const long = (prefix: string): IdCodec => idCodec(prefix, middle, 3, key(prefix))
  const short = (prefix: string): IdCodec => idCodec(prefix, '', 4, key(prefix))
  const make = <E extends Entry>(
    entries: readonly E[],
    codec: IdCodec,
    moment: (cycle: number) => number,
    inBlock?: typeof block,
  ): Lattice<E> =>
    lattice<E>({
      entries,
      tiles,
      cycles: CYCLES,
      time: moment,
      end: time.end,
      encode: codec.encode,
      decode: codec.decode,
      ...(inBlock && { block: inBlock }),
    })
  const later = (seconds: number) => (cycle: number) => time.at(cycle) + seconds
  const signedUp = (seconds: number) => (cycle: number) => workdays(time.at(cycle)) + seconds
  const pattern = drawPattern(seed)
  const session = `cs_${options.livemode ? 'live' : 'test'}_a1`

  return {
    seed,
    scale,
    tiles,
    livemode: options.livemode ?? false,
    accountId,
    accountCreated: time.at(0) - 200 * 86_400,
    calendar: time,
    products: { launch: 16, later: Math.min(384, 4 + Math.floor(scale / 200)) },
    coupons: { launch: 12, later: Math.min(300, 4 + Math.floor(scale / 250)) },
    customers: make(pattern.customers, short('cus_'), signedUp(0), block),
    paymentMethods: make(pattern.cards, long('pm_1'), signedUp(40)),
    setupIntents: make(pattern.setups, long('seti_1'), signedUp(35)),
    subscriptions: make(pattern.subscriptions, long('sub_1'), later(0)),
    invoices: make(pattern.invoices, long('in_1'), later(0), block),
    paymentIntents: make(pattern.payments, long('pi_3'), later(FINALIZED_AFTER)),
    invoicePayments: make(pattern.invoicePayments, long('inpay_1'), later(FINALIZED_AFTER)),
    charges: make(pattern.charges, long('ch_3'), later(CHARGED_AFTER)),
    refunds: make(pattern.refunds, long('re_3'), later(CHARGED_AFTER)),
    creditNotes: make(pattern.creditNotes, long('cn_1'), later(CHARGED_AFTER)),
    disputes: make(pattern.disputes, long('du_1'), later(CHARGED_AFTER)),
    payouts: make(pattern.payouts, long('po_1'), later(CHARGED_AFTER)),
    balanceTransactions: make(pattern.transactions, long('txn_3'), later(CHARGED_AFTER)),
    checkoutSessions: make(
      pattern.sessions,
      idCodec(session, letters(43, key('session')), 3, key('checkout')),
      later(-240),
    ),
    ids: {
      product: short('prod_'),
      price: long('price_1'),
      coupon: idCodec('', '', 3, key('coupon')),
      promotionCode: long('promo_1'),
      taxRate: long('txr_1'),
      taxId: long('txi_1'),
      accountTaxId: idCodec('txi_1', middle, 3, key('account tax id')),
      discount: long('di_1'),
      subscriptionItem: short('si_'),
      invoiceLine: long('il_1'),
      invoiceItem: long('ii_1'),
      creditNoteLine: long('cnli_1'),
      sessionLine: long('li_1'),
      card: long('card_1'),
      bankAccount: long('ba_1'),
      balanceChange: long('cbtxn_1'),
    },
    keys: {
      customer: key('customer'),
      card: key('card'),
      subscription: key('subscription'),
      invoice: key('invoice'),
      line: key('line'),
      charge: key('charge'),
      refund: key('refund'),
      product: key('product'),
    },
  }
}
