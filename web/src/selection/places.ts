/** The fields of a table as they are shown: its columns, and below those of JSON what is nested in them. */
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import { isTaken, withColumns } from './choose.ts'

type Column = CatalogStreamDetail['columns'][number]

export interface Place {
  /** A column, or from the column on: `payment_method_details.card.last4`. */
  readonly name: string
  /** Its own part of the name. */
  readonly label: string
  /** 0 for a column. */
  readonly depth: number
  readonly type: string
  readonly description: string | null
  readonly personal: boolean
  readonly column: Column
  /** How many are nested directly in it. */
  readonly inner: number
}

/** Each before what is nested in it. */
export function placesOf(columns: readonly Column[]): readonly Place[] {
  return columns.flatMap((column) => {
    const { parts } = column
    const innerOf = (name: string) => parts.filter((part) => outerOf(part.name) === name).length
    return [
      { ...column, label: column.name, depth: 0, column, inner: innerOf(column.name) },
      ...parts.map((part) => {
        const segments = part.name.split('.')
        const [label, depth] = [segments.at(-1) ?? part.name, segments.length - 1]
        return { ...part, label, depth, column, inner: innerOf(part.name) }
      }),
    ]
  })
}

/** What is shown: in order, nested ones where they are opened; of a search what fits, and what that is nested in. */
export function shownOf(
  places: readonly Place[],
  open: ReadonlySet<string>,
  fits: ((place: Place) => boolean) | null,
): readonly Place[] {
  if (fits === null) {
    return places.filter(({ name }) => outersOf(name).every((outer) => open.has(outer)))
  }
  const found = new Set(places.filter(fits).flatMap(({ name }) => [name, ...outersOf(name)]))
  return places.filter(({ name }) => found.has(name))
}

/** `a.b` and `a` of `a.b.c`. */
export function outersOf(name: string): readonly string[] {
  const outer = outerOf(name)
  return outer === undefined ? [] : [outer, ...outersOf(outer)]
}

function outerOf(name: string): string | undefined {
  const at = name.lastIndexOf('.')
  return at < 0 ? undefined : name.slice(0, at)
}

export type PlaceState = 'taken' | 'left' | 'hashed'

/** What becomes of a place, and whether that is because of what it is nested in. */
export function stateOf(
  table: TableSelection,
  { name, depth, column }: Place,
): { readonly state: PlaceState; readonly inherited: boolean } {
  const outers = outersOf(name)
  if (depth > 0) {
    if (!isTaken(table, column) || outers.some((outer) => table.drop.includes(outer)))
      return { state: 'left', inherited: true }
    if (outers.some((outer) => table.hash.includes(outer))) return { state: 'hashed', inherited: true }
    if (table.drop.includes(name)) return { state: 'left', inherited: false }
  } else if (!isTaken(table, column)) return { state: 'left', inherited: false }
  return { state: table.hash.includes(name) ? 'hashed' : 'taken', inherited: false }
}

/** With places taken or left. What is left, or is taken whole again, is hashed no more. */
export function withPlaces(
  table: TableSelection,
  columns: CatalogStreamDetail['columns'],
  names: readonly string[],
  take: boolean,
): TableSelection {
  const touched = new Set(names)
  const isColumn = new Set(columns.map(({ name }) => name))
  const own = names.filter((name) => isColumn.has(name))
  const next = own.length > 0 ? withColumns(table, columns, own, take) : table
  const isNested = (place: string) => touched.has(place) && !isColumn.has(place)
  const drop = next.drop.filter((place) => !isNested(place))
  if (take) return { ...next, drop }
  // What lies in a place that is left needs no word of its own.
  const left = names.filter((name) => isNested(name) && !outersOf(name).some((outer) => touched.has(outer)))
  return { ...next, drop: [...drop, ...left], hash: next.hash.filter((place) => !isNested(place)) }
}
