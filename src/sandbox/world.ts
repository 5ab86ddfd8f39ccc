/**
 * A Stripe account's objects, computed: the same seed gives the same objects, and none is kept in memory.
 * Index 0 is the oldest object of a stream. The server lays created, changed and deleted objects over it.
 */
export type SandboxObject = {
  readonly id: string
  readonly object: string
  readonly [field: string]: unknown
}

export interface World {
  /** The account itself, as `GET /v1/account` gives it. */
  readonly account: SandboxObject
  /** Streams (catalog names) that this world has objects for; the others are empty lists. */
  readonly streams: ReadonlySet<string>
  /** How many objects the stream has. For a stream with a parent: not defined (see `children`). */
  count(stream: string): number
  /** Unix seconds; does not decrease with the index. */
  created(stream: string, index: number): number
  id(stream: string, index: number): string
  /** The index of an id, or undefined when the world has no such object. Constant time. */
  index(stream: string, id: string): number | undefined
  /**
   * The object with every expandable id as an id, and every embedded list complete as a plain
   * array of its items (the server cuts it at 10 and wraps it): `{..., lines: [item, ...]}`.
   * A new object each time; the caller may change it.
   */
  object(stream: string, index: number): SandboxObject
  /** The objects of a child stream under one parent, newest first (or the order of Stripe's list). */
  children(stream: string, parentId: string): readonly SandboxObject[]
  /** The parent of a child object whose own id is enough to retrieve it (`/v1/subscription_items/si_1`). */
  parentOf?(stream: string, id: string): string | undefined
  /**
   * Indexes, ascending, of all objects that a list's filter `param=value` keeps; undefined where the world has no
   * quicker way than to look at every object.
   */
  find?(stream: string, param: string, value: string): readonly number[] | undefined
  /** Money of the account, as `GET /v1/balance` gives it; without it the server adds up the balance transactions. */
  balance?(): { readonly object: 'balance'; readonly [field: string]: unknown }
}
