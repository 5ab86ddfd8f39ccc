/**
 * The catalog of Stripe's lists: facts generated from the type declarations of the
 * official `stripe` package (`npm run catalog`), corrected by `overrides.ts`.
 */
import type { ColumnType } from '../core/model.ts'

export interface CatalogColumn {
  readonly name: string
  /**
   * Where the value stands in the object: `['parent', 'subscription_details', 'subscription']`. Empty for the
   * parent's id where the object does not hold it: it comes from the walk. A whole object inside another one
   * has two columns with overlapping paths: `price` (`['price']`, JSON) and `price_id` (`['price', 'id']`).
   */
  readonly path: readonly string[]
  readonly type: ColumnType
  readonly nullable: boolean
  /** An id that may be expanded to an object, the column holds the id; or an array of such ids, as JSON. */
  readonly expandable?: true
}

/**
 * A list inside an object of a stream, e.g. `lines` of an invoice. Its items are rows of the child stream. Worth
 * expanding only where the child's parent is this stream; elsewhere (`refunds` of a charge) the child has a
 * complete list of its own, and the items are merely used when they come along.
 */
export interface EmbeddedList {
  /** Where the list stands in the parent object: `['lines']`, `['amount_details', 'line_items']`. */
  readonly path: readonly string[]
  /** The child stream its items belong to. */
  readonly stream: string
  /** Present only when asked for with `expand[]`. */
  readonly expand: boolean
}

export interface CatalogParent {
  readonly stream: string
  /**
   * Name of the child's column that holds the parent's id: `invoice`. Never null in a row: where the object has
   * no such field, or null in it, the id is the one of the parent under which the object was read.
   */
  readonly column: string
  /** How the child's list names the parent: as a part of the path, or as a query parameter of this name. */
  readonly in: 'path' | 'query'
  readonly param: string
}

export interface CatalogStream {
  /** Snake-case, plural, as in the API: `tax_rates`, `checkout_sessions`, `invoice_lines`. */
  readonly name: string
  /** `/v1/invoices`, `/v1/invoices/{invoice}/lines`. */
  readonly path: string
  /** The values that the items' `object` field takes. */
  readonly objects: readonly string[]
  readonly description: string
  readonly docs: string
  readonly tier: 'core' | 'common' | 'product' | 'reference' | 'skip'
  /** Key columns; the account's id is added by core. */
  readonly key: readonly string[]
  readonly columns: readonly CatalogColumn[]
  readonly parent?: CatalogParent
  /** Query parameters that the list accepts. */
  readonly params: readonly string[]
  /** Those of them that Stripe insists on, besides the parent. */
  readonly required: readonly string[]
  /** Range filter on the time of creation: the object's field, and how it is asked for. */
  readonly created?: {
    /** Field of the object and column of the table: `created`, `date`. */
    readonly field: string
    /** Parameter for the lower bound (inclusive) and the upper bound (exclusive); unix seconds. */
    readonly from: string
    readonly to: string
  }
  readonly pagination: 'cursor' | 'none'
  readonly lists: readonly EmbeddedList[]
  /** Parameters of every request: `{status: 'all'}`. */
  readonly fixed: Readonly<Record<string, string>>
  /** Disjoint or overlapping requests whose union is the stream: `[{active: 'true'}, {active: 'false'}]`. One empty one by default. */
  readonly variants: readonly Readonly<Record<string, string>>[]
  /** Paths to expand, without the `data.` prefix. */
  readonly expand: readonly string[]
  /** How well events tell of changes; see docs/behaviour.md. */
  readonly coverage: 'full' | 'immutable' | 'state_only' | 'no_create' | 'parent_only' | 'none'
  /** Snapshot event types that carry this object. */
  readonly events: readonly string[]
  /** Name of the restricted key's read permission: `invoice_read`. */
  readonly permission?: string
  /** Parts of error messages by which Stripe says that the product is not enabled (there is no code for it). */
  readonly unavailable: readonly string[]
  /** The objects say whether they are of live mode. */
  readonly livemode: boolean
  /** The list leaves out objects that are there, whatever is asked: not to be listed is not to be gone. */
  readonly unlisted?: true
  /** What the list leaves out whatever is asked, for a person to know; one line. */
  readonly gap?: string
  /** Fields that are left out unless they are named: whoever has their value may act for a payer. */
  readonly withheld?: readonly string[]
  /** Why this list is never a table; one line. Such a stream is shown, and refused when named. */
  readonly unreadable?: string
}

/** What no declaration tells of a stream, and its override does. */
export type Overridden =
  | 'fixed'
  | 'variants'
  | 'expand'
  | 'unavailable'
  | 'gap'
  | 'unlisted'
  | 'unreadable'
  | 'withheld'

/** What the generator knows of a stream; the rest comes from `overrides.ts`. Columns as in `notation.ts`. */
export interface StoredStream extends Omit<CatalogStream, 'columns' | Overridden> {
  readonly columns: readonly string[]
}

export interface StoredCatalog {
  readonly apiVersion: string
  readonly streams: readonly StoredStream[]
}

export interface Catalog {
  /** Stripe-Version of all requests: `2026-10-28.endive`. */
  readonly apiVersion: string
  readonly streams: readonly CatalogStream[]
}
