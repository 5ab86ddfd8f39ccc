import type Stripe from 'stripe'

/** Where an id or the whole object may stand, only the id does. */
type Ids<T> = string extends T ? Exclude<T, { object: string }> : T

/**
 * A type of the `stripe` package as it comes over the wire in this world: decimals are strings, every
 * expandable id is an id, and an embedded list is a plain array of all its items. The compiler so
 * proves that every object of the world has all required fields, with values that Stripe knows.
 */
export type Wire<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Stripe.Decimal
    ? string
    : T extends { object: 'list'; data: (infer Item)[] }
      ? Wire<Item>[]
      : T extends readonly (infer Item)[]
        ? Wire<Ids<Item>>[]
        : { [Field in keyof T]: Wire<Ids<T[Field]>> }
