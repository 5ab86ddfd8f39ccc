/** By which columns the rows of a stream are found and joined, besides their key. */
import type { CatalogStream } from './catalog.ts'

/** Places of ids by which people join, where they stand in an object: those of the objects that bills are made of. */
const joined: ReadonlySet<string> = new Set([
  'balance_transaction',
  'charge',
  'customer',
  'invoice',
  'parent.subscription_details.subscription',
  // Of an invoice's payment: how a charge and its invoice find each other.
  'payment.payment_intent',
  'payment_intent',
  'price',
  'pricing.price_details.price',
  'product',
  'subscription',
])

/** Names of columns: the time by which windows are read and pruned, the parent's id, and ids that people join by. */
export function lookupsOf({ key, parent, created, columns }: CatalogStream): readonly string[] {
  const time = created?.field ?? 'created'
  return columns
    .filter(({ name, path, type }) => {
      // What the key begins with is found by the key.
      if (name === key[0]) return false
      return name === time || name === parent?.column || (type === 'text' && joined.has(path.join('.')))
    })
    .map(({ name }) => name)
}
