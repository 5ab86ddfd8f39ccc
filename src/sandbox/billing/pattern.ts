/**
 * The world is one pattern laid out many times: `CUSTOMERS` customers with everything that happens to
 * them in some years, and each copy, a tile, shifted a little in time. What refers to what is settled
 * here, once; amounts, names and texts are hashed from the object's index, so that no two tiles are
 * alike. The pattern is all that a world keeps in memory, whatever its scale.
 */
export const CUSTOMERS = 48
export const CYCLES = 36

/** A thing that happens in `cycle`, at `delta` (0 to 1) of its tile. `ordinal` is its place among its kind. */
export interface Entry {
  readonly cycle: number
  readonly delta: number
  ordinal: number
}

export interface CustomerEntry extends Entry {
  readonly currency: number
  readonly cards: CardEntry[]
  readonly subscriptions: SubscriptionEntry[]
}

export interface CardEntry extends Entry {
  /** Undefined for a guest's. */
  readonly customer: CustomerEntry | undefined
  setup: SetupEntry | undefined
}

export interface SetupEntry extends Entry {
  readonly card: CardEntry
}

export interface SubscriptionEntry extends Entry {
  readonly customer: CustomerEntry
  /** Months between invoices. */
  readonly every: 1 | 3 | 12
  /** The cycle at whose beginning it ended. */
  readonly ended: number | undefined
  readonly trial: boolean
  /** A coupon takes all of it. */
  readonly free: boolean
  readonly state: 'active' | 'past_due' | 'paused' | 'collection_paused'
  readonly invoices: InvoiceEntry[]
  session: SessionEntry | undefined
}

export type Outcome = 'paid' | 'open' | 'void' | 'uncollectible' | 'draft'

export interface InvoiceEntry extends Entry {
  readonly customer: CustomerEntry
  /** Undefined for an invoice made by hand. */
  readonly subscription: SubscriptionEntry | undefined
  /** 0 for the first of its subscription. */
  readonly sequence: number
  readonly outcome: Outcome
  /** Nothing to pay: a trial or a full discount. */
  readonly zero: boolean
  /** With 1,050 lines in the first tile. */
  huge: boolean
  payment: PaymentEntry | undefined
  readonly creditNotes: CreditNoteEntry[]
}

export interface PaymentEntry extends Entry {
  readonly invoice: InvoiceEntry | undefined
  readonly customer: CustomerEntry | undefined
  readonly currency: number
  readonly card: CardEntry
  readonly charges: ChargeEntry[]
  invoicePayment: InvoicePaymentEntry | undefined
  session: SessionEntry | undefined
}

export interface InvoicePaymentEntry extends Entry {
  readonly payment: PaymentEntry
  readonly invoice: InvoiceEntry
}

export interface ChargeEntry extends Entry {
  readonly payment: PaymentEntry
  readonly succeeded: boolean
  transaction: TransactionEntry | undefined
  readonly refunds: RefundEntry[]
  dispute: DisputeEntry | undefined
}

export interface RefundEntry extends Entry {
  readonly charge: ChargeEntry
  /** All of it, the first part, or the second of two parts. */
  readonly part: 'full' | 'first' | 'second'
  transaction: TransactionEntry | undefined
  creditNote: CreditNoteEntry | undefined
}

export interface CreditNoteEntry extends Entry {
  readonly invoice: InvoiceEntry
  readonly refund: RefundEntry
}

export interface DisputeEntry extends Entry {
  readonly charge: ChargeEntry
  readonly state: 'won' | 'lost' | 'needs_response'
  withdrawn: TransactionEntry | undefined
  reinstated: TransactionEntry | undefined
}

export interface PayoutEntry extends Entry {
  readonly currency: number
  /** What it pays out: all transactions of its cycle, tile and currency. */
  readonly covers: readonly TransactionEntry[]
  transaction: TransactionEntry | undefined
}

export type TransactionSource =
  | { readonly kind: 'charge'; readonly of: ChargeEntry }
  | { readonly kind: 'refund'; readonly of: RefundEntry }
  | { readonly kind: 'dispute'; readonly of: DisputeEntry }
  | { readonly kind: 'reinstatement'; readonly of: DisputeEntry }
  | { readonly kind: 'fee'; readonly of: undefined }
  | { readonly kind: 'payout'; readonly of: PayoutEntry }

export interface TransactionEntry extends Entry {
  readonly source: TransactionSource
  readonly currency: number
  /** Undefined for a payout's own. */
  payout: PayoutEntry | undefined
}

export interface SessionEntry extends Entry {
  readonly customer: CustomerEntry | undefined
  readonly subscription: SubscriptionEntry | undefined
  readonly payment: PaymentEntry | undefined
  /** Neither of the two above: nobody paid. */
  readonly state: 'complete' | 'open' | 'expired'
}

export interface Pattern {
  readonly customers: readonly CustomerEntry[]
  readonly cards: readonly CardEntry[]
  readonly setups: readonly SetupEntry[]
  readonly subscriptions: readonly SubscriptionEntry[]
  readonly invoices: readonly InvoiceEntry[]
  readonly payments: readonly PaymentEntry[]
  readonly invoicePayments: readonly InvoicePaymentEntry[]
  readonly charges: readonly ChargeEntry[]
  readonly refunds: readonly RefundEntry[]
  readonly creditNotes: readonly CreditNoteEntry[]
  readonly disputes: readonly DisputeEntry[]
  readonly payouts: readonly PayoutEntry[]
  readonly transactions: readonly TransactionEntry[]
  readonly sessions: readonly SessionEntry[]
}
