/** Which columns hold ids of objects that no list may return. docs/decisions/0007-references.md */
import type { Reference, StreamSelection, Table } from '../core/model.ts'
import type { Catalog, CatalogColumn } from './catalog.ts'

interface Unlisted {
  /** The stream of the objects. */
  readonly target: string
  /** Names of the fields that refer to them, wherever they stand in an object. */
  readonly fields: readonly string[]
  /** Streams that have some of the objects, too. */
  readonly or?: readonly string[]
  /** Why rows refer to objects that its list lacks, as a full sentence. */
  readonly why: string
}

export const unlisted: readonly Unlisted[] = [
  {
    target: 'customers',
    fields: ['customer'],
    why: 'Deleted customers are not listed, and what they bought refers to them for ever.',
  },
  {
    target: 'prices',
    fields: ['price'],
    why: 'Prices made inline (price_data) are not listed, and lines and items refer to them.',
  },
  {
    target: 'payment_methods',
    fields: ['payment_method', 'default_payment_method'],
    or: ['customer_payment_methods'],
    why: 'Detached payment methods are not listed, and charges and intents refer to them.',
  },
  {
    target: 'reviews',
    fields: ['review'],
    why: 'Closed reviews are not listed, and charges and intents refer to them.',
  },
]

/**
 * The references between the selected streams that may be to objects that no list returns: found by the names of
 * the columns, of which only those count that hold plain ids.
 */
export function referencesOf(
  catalog: Catalog,
  tables: ReadonlyMap<string, Table>,
  selections: readonly StreamSelection[],
): readonly Reference[] {
  const hashed = new Map(selections.map(({ name, hashed: places = [] }) => [name, places]))
  return unlisted.flatMap(({ target, fields, or = [] }) => {
    if (!tables.has(target) || isHashed(hashed.get(target), ['id'])) return []
    const others = or.filter((name) => tables.has(name))
    return catalog.streams.flatMap(({ name: stream, columns, parent }): Reference[] => {
      const names = tables.get(stream)?.columns.map(({ name }) => name) ?? []
      // A child was read under its parent, and what a stream says of itself is no reference.
      if (stream === target || parent?.stream === target) return []
      return columns
        .filter((column) => refersTo(column, fields) && names.includes(column.name))
        .filter(({ path }) => !isHashed(hashed.get(stream), path))
        .map(({ name }) => ({ stream, column: name, target, ...(others.length > 0 ? { or: others } : {}) }))
    })
  })
}

/** `customer`, `price.id`, `pricing.price_details.price`. */
function refersTo({ path, type }: CatalogColumn, fields: readonly string[]): boolean {
  const last = path.at(-1) === 'id' && path.length > 1 ? path.at(-2) : path.at(-1)
  return type === 'text' && last !== undefined && fields.includes(last)
}

/** A hash says nothing of the id. */
const isHashed = (places: readonly string[] | undefined, path: readonly string[]) =>
  places?.some((place) => `${path.join('.')}.`.startsWith(`${place}.`)) ?? false
