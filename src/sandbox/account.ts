/** One account of the sandbox: its objects and what its time and versions are. */
import type { Catalog } from '../stripe/catalog.ts'
import type { Clock } from './clock.ts'
import type { Fields } from './json.ts'
import { type ManyChanges, manyChanges } from './many.ts'
import { type Store, store } from './store.ts'
import type { World } from './world.ts'

export interface Account {
  readonly id: string
  readonly catalog: Catalog
  readonly store: Store
  readonly clock: Clock
  /** The version of answers without a Stripe-Version header, and of every event. */
  readonly apiVersion: string
  /** Patterns of streams whose product is not enabled. */
  readonly unavailable: readonly string[]
  /** Objects from files: shown with every field they have. */
  readonly whole: boolean
  /** When an event becomes visible, milliseconds since 1970, by id; absent for those that are at once. */
  readonly late: Map<string, number>
  /** What is called with every event: the signing secret of each endpoint, by its address. */
  readonly endpoints: Map<string, string>
  /** The same of a platform, for events of the accounts that are connected to it. */
  readonly connectEndpoints: Map<string, string>
  /** Changes of many objects at once; the store's world has them. */
  readonly many: ManyChanges
  /** What was changed of the account itself, which is no object of its own lists. */
  readonly itself: Fields
}

export interface AccountOptions {
  readonly world: World
  readonly clock: Clock
  readonly apiVersion: string
  readonly unavailable: readonly string[]
  readonly whole: boolean
}

export function account(catalog: Catalog, options: AccountOptions): Account {
  const { world, ...rest } = options
  const many = manyChanges(world)
  return {
    ...rest,
    id: world.account.id,
    catalog,
    store: store(catalog, many.world),
    late: new Map(),
    endpoints: new Map(),
    connectEndpoints: new Map(),
    many,
    itself: {},
  }
}
