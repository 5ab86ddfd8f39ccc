import {
  type CardEntry,
  type ChargeEntry,
  type CreditNoteEntry,
  type CustomerEntry,
  CYCLES,
  type DisputeEntry,
  type InvoiceEntry,
  type InvoicePaymentEntry,
  type Outcome,
  type PaymentEntry,
  type RefundEntry,
} from './pattern.ts'
import { put, type Sketch, transaction } from './sketch.ts'

/** A payment for an invoice, or by a guest, with its attempts and what comes of them. */
export function pay(
  s: Sketch,
  from: { invoice?: InvoiceEntry; customer?: CustomerEntry; card: CardEntry; currency: number },
  cycle: number,
  delta: number,
  outcome: Outcome,
): PaymentEntry {
  const { invoice, customer, card, currency } = from
  const payment = put<PaymentEntry>(s.payments, {
    cycle,
    delta,
    ordinal: 0,
    invoice,
    customer,
    currency,
    card,
    charges: [],
    invoicePayment: undefined,
    session: undefined,
  })
  const attempt = (succeeded: boolean): ChargeEntry => {
    const charge = put<ChargeEntry>(s.charges, {
      cycle,
      delta,
      ordinal: 0,
      payment,
      succeeded,
      transaction: undefined,
      refunds: [],
      dispute: undefined,
    })
    payment.charges.push(charge)
    return charge
  }
  if (outcome !== 'void' && (outcome !== 'paid' || s.random() < 0.07)) attempt(false)
  if (outcome === 'paid') {
    const charge = attempt(true)
    charge.transaction = transaction(s, cycle, delta, currency, { kind: 'charge', of: charge })
    afterwards(s, charge)
  }
  if (invoice) {
    invoice.payment = payment
    payment.invoicePayment = put<InvoicePaymentEntry>(s.invoicePayments, {
      cycle,
      delta,
      ordinal: 0,
      payment,
      invoice,
    })
  }
  return payment
}

/** Refunds and disputes come one or two months after the charge. */
function afterwards(s: Sketch, charge: ChargeEntry): void {
  const { delta, cycle } = charge
  const { currency, invoice } = charge.payment
  const refund = (at: number, part: RefundEntry['part']) => {
    if (at >= CYCLES) return
    const made = put<RefundEntry>(s.refunds, {
      cycle: at,
      delta,
      ordinal: 0,
      charge,
      part,
      transaction: undefined,
      creditNote: undefined,
    })
    charge.refunds.push(made)
    made.transaction = transaction(s, at, delta, currency, { kind: 'refund', of: made })
    // A second part has no note of its own: the notes of an invoice never exceed it.
    if (invoice && part !== 'second' && s.random() < 0.6) {
      const note: CreditNoteEntry = { cycle: at, delta, ordinal: 0, invoice, refund: made }
      made.creditNote = put(s.creditNotes, note)
      invoice.creditNotes.push(note)
    }
  }
  const late = cycle + 3 >= CYCLES
  const luck = s.random()
  if (luck < 0.02) refund(cycle + 1, 'full')
  else if (luck < 0.04) refund(cycle + (s.random() < 0.3 ? 0 : 1), 'first')
  else if (luck < 0.05) {
    refund(cycle + 1, 'first')
    refund(cycle + 2, 'second')
  } else if (luck < (late ? 0.11 : 0.06) && cycle + 1 < CYCLES) {
    // What was disputed lately still waits for an answer; there are more of these, so that none lacks them.
    const state = late ? 'needs_response' : s.disputes.length % 2 === 0 ? 'won' : 'lost'
    const at = cycle + 1
    const dispute = put<DisputeEntry>(s.disputes, {
      cycle: at,
      delta,
      ordinal: 0,
      charge,
      state,
      withdrawn: undefined,
      reinstated: undefined,
    })
    charge.dispute = dispute
    dispute.withdrawn = transaction(s, at, delta, currency, { kind: 'dispute', of: dispute })
    if (state === 'won') {
      dispute.reinstated = transaction(s, at + 1, delta, currency, { kind: 'reinstatement', of: dispute })
    }
  }
}
