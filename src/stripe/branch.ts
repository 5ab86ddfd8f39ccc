/** A selected stream with the selected streams below it, as they are read: together. */
import type { Table } from '../core/model.ts'
import { hasExtra } from '../core/schema.ts'
import type { Catalog, CatalogParent, CatalogStream, EmbeddedList } from './catalog.ts'
import type { DriftWatch } from './drift.ts'
import { type Flattener, flattener } from './flatten.ts'
import type { Guard } from './guard.ts'

export interface Branch {
  readonly stream: CatalogStream
  /** Absent where only the children's rows are wanted. */
  readonly table: Table | undefined
  readonly flatten: Flattener | undefined
  /** What must not be copied as it is. */
  readonly guard: Guard | undefined
  /** What to expand in an object of the stream, for itself and for the children that come with it. */
  readonly expand: readonly string[]
  readonly children: readonly Child[]
}

export interface Child {
  readonly branch: Branch
  readonly parent: CatalogParent
  /** The list within the parent's object, where it can be trusted to hold what the child's own list would. */
  readonly embedded: EmbeddedList | undefined
}

/** Stripe expands at most four levels deep (docs.stripe.com/api/expanding_objects). */
const deepest = 4

/**
 * The trees of the wanted streams, each from the stream that has no parent; a parent that is
 * not wanted itself is read for its children alone. `guards` by stream; `drift` is told of what no column holds.
 */
export function branches(
  catalog: Catalog,
  wanted: ReadonlyMap<string, Table>,
  guards: ReadonlyMap<string, Guard> = new Map(),
  drift?: DriftWatch,
): readonly Branch[] {
  const byParent = Map.groupBy(catalog.streams, (stream) => stream.parent?.stream)
  const build = (stream: CatalogStream): Branch | undefined => {
    const below = (byParent.get(stream.name) ?? []).map(build).filter((branch) => branch !== undefined)
    const table = wanted.get(stream.name)
    const guard = guards.get(stream.name)
    if (!table && below.length === 0) return undefined
    const children = below.map((branch): Child => {
      const { parent } = branch.stream
      if (!parent) throw new Error(`${branch.stream.name} has no parent`)
      return { branch, parent, embedded: embedded(stream, branch) }
    })
    return {
      stream,
      table,
      flatten: table && flattener(stream, table, { guard, onDrift: drift?.on(stream.name, hasExtra(table)) }),
      guard,
      expand: [
        ...stream.expand,
        ...children.flatMap(({ branch, embedded: list }) =>
          list ? [...(list.expand ? [list.path.join('.')] : []), ...within(list, branch)] : [],
        ),
      ],
      children,
    }
  }
  return (byParent.get(undefined) ?? []).map(build).filter((branch) => branch !== undefined)
}

/** Names of the streams of the branch whose rows are wanted, from the top. */
export function streamsOf(branch: Branch): readonly string[] {
  const own = branch.table ? [branch.stream.name] : []
  return [...own, ...branch.children.flatMap((child) => streamsOf(child.branch))]
}

/** The branch with the rows of those streams alone; undefined when nothing is left. */
export function narrowed(branch: Branch, streams: ReadonlySet<string>): Branch | undefined {
  const children = branch.children.flatMap((child): Child[] => {
    const below = narrowed(child.branch, streams)
    return below ? [{ ...child, branch: below }] : []
  })
  if (streams.has(branch.stream.name)) return { ...branch, children }
  return children.length > 0 ? { ...branch, table: undefined, flatten: undefined, children } : undefined
}

const within = (list: EmbeddedList, branch: Branch) =>
  branch.expand.map((path) => `${list.path.join('.')}.data.${path}`)

function embedded(parent: CatalogStream, child: Branch): EmbeddedList | undefined {
  const { stream } = child
  const list = parent.lists.find((one) => one.stream === stream.name)
  if (!list) return undefined
  // The list in the object is the plain one: without the parameters that make the child's own list complete.
  if (Object.keys(stream.fixed).length > 0 || stream.variants.some((one) => Object.keys(one).length > 0)) {
    return undefined
  }
  // Expanding needs the permission of what is expanded; without it, the parent could not be read any more.
  if (list.expand && stream.permission !== undefined && stream.permission !== parent.permission)
    return undefined
  const paths = [...(list.expand ? [list.path.join('.')] : []), ...within(list, child)]
  return paths.every((path) => `data.${path}`.split('.').length <= deepest) ? list : undefined
}
