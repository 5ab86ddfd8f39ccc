import type {
  CardEntry,
  ChargeEntry,
  CreditNoteEntry,
  CustomerEntry,
  DisputeEntry,
  Entry,
  InvoiceEntry,
  InvoicePaymentEntry,
  PaymentEntry,
  PayoutEntry,
  RefundEntry,
  SessionEntry,
  SetupEntry,
  SubscriptionEntry,
  TransactionEntry,
  TransactionSource,
} from './pattern.ts'
import { generator } from './random.ts'

/** A pattern while it is being drawn: entries in the order in which they were thought of. */
export interface Sketch {
  /** From 0 to 1. */
  readonly random: () => number
  readonly customers: CustomerEntry[]
  readonly cards: CardEntry[]
  readonly setups: SetupEntry[]
  readonly subscriptions: SubscriptionEntry[]
  readonly invoices: InvoiceEntry[]
  readonly payments: PaymentEntry[]
  readonly invoicePayments: InvoicePaymentEntry[]
  readonly charges: ChargeEntry[]
  readonly refunds: RefundEntry[]
  readonly creditNotes: CreditNoteEntry[]
  readonly disputes: DisputeEntry[]
  readonly payouts: PayoutEntry[]
  readonly transactions: TransactionEntry[]
  readonly sessions: SessionEntry[]
}

export function sketch(seed: number): Sketch {
  return {
    random: generator(seed),
    customers: [],
    cards: [],
    setups: [],
    subscriptions: [],
    invoices: [],
    payments: [],
    invoicePayments: [],
    charges: [],
    refunds: [],
    creditNotes: [],
    disputes: [],
    payouts: [],
    transactions: [],
    sessions: [],
  }
}

export function put<E extends Entry>(list: E[], entry: E): E {
  list.push(entry)
  return entry
}

export function transaction(
  s: Sketch,
  cycle: number,
  delta: number,
  currency: number,
  source: TransactionSource,
): TransactionEntry {
  return put(s.transactions, { cycle, delta, ordinal: 0, currency, source, payout: undefined })
}
