import type { SandboxObject } from '../world.ts'
import { type Billing, CHILDREN } from './billing.ts'
import { terms } from './bills.ts'
import { checkoutSession } from './checkout-sessions.ts'
import { creditNote } from './credit-notes.ts'
import { customerBalanceTransactions, customerSources, customerTaxIds } from './customers.ts'
import type { IdCodec } from './ids.ts'
import { billAt, invoice } from './invoices.ts'
import type { Lattice } from './lattice.ts'
import { type Party, partyAt, partyBalanceChanges, partySources, partyTaxIds } from './parties.ts'
import type { Entry } from './pattern.ts'
import { paymentMethod } from './payment-methods.ts'
import type { Stream } from './streams.ts'
import { subscription } from './subscriptions.ts'

/** A stream whose objects belong to those of another. */
export interface Children {
  /** In the order of Stripe's list; none for an id that is not a parent's. */
  of(parentId: string): readonly SandboxObject[]
  /** The parent of a child; undefined where the child's id does not tell. */
  parentOf(id: string): string | undefined
  /** Single objects, by `parent's index * CHILDREN + place`. */
  readonly stream: Stream
}

export function childrenOf(b: Billing): ReadonlyMap<string, Children> {
  const under = <E extends Entry>(
    parents: Lattice<E>,
    codec: IdCodec,
    size: (parent: number) => number,
    list: (parent: number) => readonly SandboxObject[],
  ): Children => {
    const parentOf = (index: number): number | undefined => {
      const parent = Math.floor(index / CHILDREN)
      return index >= 0 && parent < parents.count && index % CHILDREN < size(parent) ? parent : undefined
    }
    const indexOf = (id: string): number | undefined => {
      const index = codec.decode(id)
      return index !== undefined && parentOf(index) !== undefined ? index : undefined
    }
    return {
      of(parentId) {
        const parent = parents.indexOf(parentId)
        return parent === undefined ? [] : list(parent)
      },
      parentOf(id) {
        const index = indexOf(id)
        return index === undefined ? undefined : parents.idAt(Math.floor(index / CHILDREN))
      },
      stream: {
        count: 0,
        created: (index) => parents.createdAt(Math.floor(index / CHILDREN)),
        id: (index) => codec.encode(index),
        index: indexOf,
        object(index) {
          const parent = parentOf(index)
          const id = codec.encode(index)
          return parent === undefined ? undefined : list(parent).find((child) => child.id === id)
        },
      },
    }
  }

  const creditNoteLines = (i: number) => {
    const spot = b.creditNotes.spot(i)
    return spot ? creditNote(b, spot.entry, spot.tile).lines : []
  }
  const sessionLines = (i: number) => {
    const spot = b.checkoutSessions.spot(i)
    return spot ? (checkoutSession(b, spot.entry, spot.tile).line_items ?? []) : []
  }
  const items = (i: number) => {
    const spot = b.subscriptions.spot(i)
    return spot ? terms(b, spot.entry, spot.tile).items : 0
  }
  const ofCustomer = (
    codec: IdCodec,
    size: (party: Party) => number,
    list: (world: Billing, party: Party) => readonly SandboxObject[],
  ) =>
    under(
      b.customers,
      codec,
      (i) => size(partyAt(b, i)),
      (i) => list(b, partyAt(b, i)),
    )

  return new Map<string, Children>([
    [
      'invoice_lines',
      under(
        b.invoices,
        b.ids.invoiceLine,
        (i) => billAt(b, i).lines,
        (i) => invoice(b, i).lines,
      ),
    ],
    [
      'subscription_items',
      under(b.subscriptions, b.ids.subscriptionItem, items, (i) => subscription(b, i)?.items ?? []),
    ],
    [
      'credit_note_lines',
      under(b.creditNotes, b.ids.creditNoteLine, (i) => creditNoteLines(i).length, creditNoteLines),
    ],
    [
      'checkout_session_line_items',
      under(b.checkoutSessions, b.ids.sessionLine, (i) => sessionLines(i).length, sessionLines),
    ],
    ['customer_tax_ids', ofCustomer(b.ids.taxId, partyTaxIds, customerTaxIds)],
    ['customer_sources', ofCustomer(b.ids.card, partySources, customerSources)],
    [
      'customer_balance_transactions',
      ofCustomer(b.ids.balanceChange, partyBalanceChanges, customerBalanceTransactions),
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
    parentOf(id) {
      const index = b.paymentMethods.indexOf(id)
      const spot = index === undefined ? undefined : b.paymentMethods.spot(index)
      return spot?.entry.customer && b.customers.id(spot.entry.customer, spot.tile)
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
