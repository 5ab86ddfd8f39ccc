import type { SandboxObject } from '../world.ts'
import { type Billing, CHILDREN } from './billing.ts'
import { checkoutSession } from './checkout-sessions.ts'
import { creditNote } from './credit-notes.ts'
import { customerBalanceTransactions, customerSources, customerTaxIds } from './customers.ts'
import type { IdCodec } from './ids.ts'
import { invoice } from './invoices.ts'
import type { Lattice } from './lattice.ts'
import { partyAt } from './parties.ts'
import type { Entry } from './pattern.ts'
import { paymentMethod } from './payment-methods.ts'
import type { Stream } from './streams.ts'
import { subscription } from './subscriptions.ts'

/** A stream whose objects belong to those of another. */
export interface Children {
  /** In the order of Stripe's list; none for an id that is not a parent's. */
  of(parentId: string): readonly SandboxObject[]
  /** Single objects, by `parent's index * CHILDREN + place`. */
  readonly stream: Stream
}

export function childrenOf(b: Billing): ReadonlyMap<string, Children> {
  const under = <E extends Entry>(
    parents: Lattice<E>,
    codec: IdCodec,
    list: (parent: number) => readonly SandboxObject[],
  ): Children => {
    const find = (index: number): SandboxObject | undefined => {
      const parent = Math.floor(index / CHILDREN)
      if (index < 0 || parent >= parents.count) return undefined
      const id = codec.encode(index)
      return list(parent).find((child) => child.id === id)
    }
    return {
      of(parentId) {
        const parent = parents.indexOf(parentId)
        return parent === undefined ? [] : list(parent)
      },
      stream: {
        count: 0,
        created: (index) => parents.createdAt(Math.floor(index / CHILDREN)),
        id: (index) => codec.encode(index),
        index(id) {
          const index = codec.decode(id)
          return index !== undefined && find(index) ? index : undefined
        },
        object: find,
      },
    }
  }

  return new Map<string, Children>([
    ['invoice_lines', under(b.invoices, b.ids.invoiceLine, (i) => invoice(b, i).lines)],
    [
      'subscription_items',
      under(b.subscriptions, b.ids.subscriptionItem, (i) => subscription(b, i)?.items ?? []),
    ],
    [
      'credit_note_lines',
      under(b.creditNotes, b.ids.creditNoteLine, (i) => {
        const spot = b.creditNotes.spot(i)
        return spot ? creditNote(b, spot.entry, spot.tile).lines : []
      }),
    ],
    [
      'checkout_session_line_items',
      under(b.checkoutSessions, b.ids.sessionLine, (i) => {
        const spot = b.checkoutSessions.spot(i)
        return spot ? (checkoutSession(b, spot.entry, spot.tile).line_items ?? []) : []
      }),
    ],
    ['customer_tax_ids', under(b.customers, b.ids.taxId, (i) => customerTaxIds(b, partyAt(b, i)))],
    ['customer_sources', under(b.customers, b.ids.card, (i) => customerSources(b, partyAt(b, i)))],
    [
      'customer_balance_transactions',
      under(b.customers, b.ids.balanceChange, (i) => customerBalanceTransactions(b, partyAt(b, i))),
    ],
    ['customer_payment_methods', customerPaymentMethods(b)],
  ])
}

/** The same objects as `payment_methods`, under their customer, newest first. */
function customerPaymentMethods(b: Billing): Children {
  return {
    of(customerId) {
      const index = b.customers.indexOf(customerId)
      const spot = index === undefined ? undefined : b.customers.spot(index)
      if (!spot) return []
      const cards = spot.entry.cards.map((card) => paymentMethod(b, card, spot.tile))
      return cards.reverse()
    },
    stream: {
      count: 0,
      created: b.paymentMethods.createdAt,
      id: b.paymentMethods.idAt,
      index: b.paymentMethods.indexOf,
      object(index) {
        const spot = index < b.paymentMethods.count ? b.paymentMethods.spot(index) : undefined
        return spot && paymentMethod(b, spot.entry, spot.tile)
      },
    },
  }
}
