/**
 * Which events Stripe writes for a change. A type is only written when the catalog says that it carries this
 * object, so that objects without events, or without some of them, stay silent as they do at Stripe.
 */
import type { CatalogStream } from '../stripe/catalog.ts'
import type { SandboxObject } from './world.ts'

export type Transition =
  | { readonly kind: 'created'; readonly after: SandboxObject }
  | { readonly kind: 'updated'; readonly before: SandboxObject; readonly after: SandboxObject }
  | { readonly kind: 'deleted'; readonly before: SandboxObject }

/** Beginnings of event types that are not the name of the object. */
const stems: Readonly<Record<string, string>> = {
  subscriptions: 'customer.subscription',
  disputes: 'charge.dispute',
  tax_ids: 'customer.tax_id',
  customer_tax_ids: 'customer.tax_id',
  account_external_accounts: 'account.external_account',
  customer_sources: 'customer.source',
  application_fee_refunds: 'application_fee.refund',
  checkout_sessions: 'checkout.session',
}

/** Last words of event types that are not the status itself. */
const statusWords: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  invoices: {
    open: ['finalized'],
    paid: ['paid', 'payment_succeeded'],
    void: ['voided'],
    uncollectible: ['marked_uncollectible'],
  },
  credit_notes: { void: ['voided'] },
  payment_intents: {
    requires_payment_method: ['payment_failed'],
    requires_capture: ['amount_capturable_updated'],
  },
  setup_intents: { requires_payment_method: ['setup_failed'] },
  quotes: { open: ['finalized'] },
  checkout_sessions: { complete: ['completed'] },
  disputes: { won: ['closed'], lost: ['closed'] },
}

export function eventTypes(stream: CatalogStream, change: Transition): readonly string[] {
  const stem = stems[stream.name] ?? stream.objects[0] ?? stream.name
  const words =
    change.kind === 'updated' ? updates(stream, change.before, change.after) : once(stream, change)
  const types = words.map((word) => (word.includes('.') ? word : `${stem}.${word}`))
  return [...new Set(types)].filter((type) => stream.events.includes(type))
}

function once(stream: CatalogStream, change: Exclude<Transition, { kind: 'updated' }>): readonly string[] {
  if (change.kind === 'deleted') return ['deleted']
  const { after } = change
  if (stream.name === 'reviews') return ['opened']
  if (stream.name === 'charges') return [String(after.status)]
  if (stream.name === 'payment_methods') return isSet(after.customer) ? ['attached'] : []
  return ['created']
}

function updates(stream: CatalogStream, before: SandboxObject, after: SandboxObject): readonly string[] {
  const { name } = stream
  const grown = (field: string) => Number(after[field] ?? 0) > Number(before[field] ?? 0)
  if (name === 'payment_methods' && isSet(after.customer) !== isSet(before.customer)) {
    return isSet(after.customer) ? ['attached'] : ['detached']
  }
  if (name === 'reviews') return before.open === true && after.open === false ? ['closed'] : []
  const words = ['updated']
  const { status } = after
  if (typeof status === 'string' && status !== before.status) {
    // A subscription that ends is "deleted", though it can still be read.
    if (name === 'subscriptions' && status === 'canceled') return ['deleted']
    words.push(...(statusWords[name]?.[status] ?? [status]))
  }
  if (name === 'refunds') words.push('charge.refund.updated')
  if ((name === 'charges' || name === 'application_fees') && grown('amount_refunded')) words.push('refunded')
  if (name === 'charges' && after.captured === true && before.captured === false) words.push('captured')
  if (name === 'transfers' && grown('amount_reversed')) words.push('reversed')
  return words
}

const isSet = (value: unknown) => value !== null && value !== undefined
