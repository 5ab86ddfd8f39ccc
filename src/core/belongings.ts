/** What belongs to objects that a prune finds gone: its rows are pruned with them, at any depth. */
import type { Cell, Mode, Page, Prune, Row, Table, Warehouse } from './model.ts'
import { objectKey, tablesOf } from './modes.ts'

export interface BelongingsOptions {
  readonly warehouse: Pick<Warehouse, 'read'>
  readonly account: string
  /** Data tables by stream; `parent` says whose objects a row belongs to. */
  readonly tables: ReadonlyMap<string, Table>
  readonly modeOf: (stream: string) => Mode
}

export interface Belongings {
  /** Whether the page prunes what others belong to, without saying all there is to say of these. */
  concerns(page: Page): boolean
  /**
   * Prunes of what belongs to the rows that the page's prunes speak of, deepest first: to be written before the page,
   * or with it. Reads the warehouse once, before the first is given; all earlier pages must be durable by then.
   * Memory grows with what is gone; for a table of versions with the objects within the prune's bounds.
   */
  of(page: Page): AsyncIterable<Page>
}

interface Child {
  readonly stream: string
  readonly column: string
}
/** Ids of objects that are gone, each with the version at which it was. */
type Gone = Map<string, number>

/** Ids that are asked for, and prunes that are packed, at once. */
const together = 5_000
/** Bytes that a prune takes until it is written, roughly. */
const pruneBytes = 200

export function belongings({ warehouse, account, tables, modeOf }: BelongingsOptions): Belongings {
  const children = new Map<string, Child[]>()
  for (const [stream, { parent }] of tables) {
    if (!parent || !tables.has(parent.stream)) continue
    const known = children.get(parent.stream) ?? []
    children.set(parent.stream, [...known, { stream, column: parent.column }])
  }

  /** The prunes of the page by stream, and the children that it does not prune whole at least as far. */
  const open = ({ changes }: Page) => {
    const prunes = Map.groupBy(
      changes.filter((change) => change.op === 'prune'),
      ({ stream }) => stream,
    )
    return [...prunes].flatMap(([stream, own]) => {
      const newest = own.reduce((most, { version }) => Math.max(most, version), 0)
      const isSaid = ({ stream: below }: Child) =>
        prunes.get(below)?.some(({ within, version }) => !within && version >= newest) ?? false
      const below = (children.get(stream) ?? []).filter((child) => !isSaid(child))
      return below.length > 0 ? [{ stream, prunes: own, below }] : []
    })
  }

  /** The objects of a stream that its prunes speak of. */
  async function goneOf(stream: string, prunes: readonly Prune[]): Promise<Gone> {
    const gone: Gone = new Map()
    for (const some of inOneReading(prunes)) await addGone(stream, some, gone)
    return gone
  }

  async function addGone(stream: string, prunes: readonly Prune[], gone: Gone): Promise<void> {
    const [first] = prunes
    const mode = modeOf(stream)
    const [whole] = tablesOf(tableOf(stream), mode)
    if (!first || !whole) return
    const { within } = first
    const id = (mode === 'append' ? objectKey(whole) : whole.key).at(-1) ?? ''
    const names = ['_account_id', '_version', '_deleted_at', id, ...(within ? [within.column] : [])]
    const columns = whole.columns.filter(({ name }) => names.includes(name))
    const at = (name: string) => columns.findIndex((column) => column.name === name)
    const [accountAt, versionAt, deletedAt, idAt, boundAt] = names.map(at)
    const cell = (row: Row, position: number | undefined) => row[position ?? -1] ?? null
    const below = versionsBelow(prunes)
    const newest = new Map<string, number>()

    for await (const row of warehouse.read({ ...whole, columns }, readingOf(prunes))) {
      if (cell(row, accountAt) !== account) continue
      const version = Number(cell(row, versionAt))
      const key = String(cell(row, idAt))
      const limit = below(within ? cell(row, boundAt) : null)
      if (mode === 'append') {
        if (version < (newest.get(key) ?? 0)) continue
        newest.set(key, version)
        gone.delete(key)
      }
      if (cell(row, deletedAt) !== null || limit === undefined || version >= limit) continue
      gone.set(key, Math.max(limit, gone.get(key) ?? 0))
    }
  }

  function tableOf(stream: string): Table {
    const table = tables.get(stream)
    if (!table) throw new Error(`${stream} is not selected`)
    return table
  }

  return {
    concerns: (page) => open(page).length > 0,
    async *of(page) {
      const found: { readonly child: Child; readonly gone: Gone }[] = []
      const visit = async (stream: string, prunes: readonly Prune[], below: readonly Child[]) => {
        const gone = await goneOf(stream, prunes)
        if (gone.size === 0) return
        for (const child of below) {
          found.push({ child, gone })
          const deeper = children.get(child.stream)
          if (deeper) await visit(child.stream, [...prunesOf(child, gone)], deeper)
        }
      }
      for (const { stream, prunes, below } of open(page)) await visit(stream, prunes, below)
      for (const { child, gone } of found.reverse()) {
        const all = [...prunesOf(child, gone)]
        for (let from = 0; from < all.length; from += together) {
          const changes = all.slice(from, from + together)
          yield { kind: 'page', stream: child.stream, changes, bytes: changes.length * pruneBytes }
        }
      }
    },
  }
}

function* prunesOf({ stream, column }: Child, gone: Gone): Iterable<Prune> {
  for (const [id, version] of gone) yield { op: 'prune', stream, version, within: { column, equals: id } }
}

/** Prunes by values of one column are looked for together, the others one by one. */
function inOneReading(prunes: readonly Prune[]): readonly (readonly Prune[])[] {
  const byColumn = Map.groupBy(prunes, ({ within }) => (within && 'equals' in within ? within.column : ''))
  return [...byColumn].flatMap(([column, some]) => {
    if (column === '') return some.map((one) => [one])
    const parts: Prune[][] = []
    for (let from = 0; from < some.length; from += together) parts.push(some.slice(from, from + together))
    return parts
  })
}

/** What to read for prunes that are looked for together; more than they speak of where values are no texts. */
function readingOf(prunes: readonly Prune[]) {
  const within = prunes[0]?.within
  if (!within || !('equals' in within)) return within
  const values = prunes.map(equalsOf)
  const texts = values.filter((value) => value === null || typeof value === 'string')
  return texts.length === values.length ? { column: within.column, in: texts } : undefined
}

/** Below which version a row is gone, by its cell in the prunes' column; undefined where they do not speak of it. */
function versionsBelow(prunes: readonly Prune[]): (cell: Cell) => number | undefined {
  const [first] = prunes
  if (!first?.within || !('equals' in first.within)) return () => first?.version
  const byValue = new Map<Cell, number>()
  for (const prune of prunes) {
    const value = equalsOf(prune)
    byValue.set(value, Math.max(prune.version, byValue.get(value) ?? 0))
  }
  return (cell) => byValue.get(cell)
}

const equalsOf = ({ within }: Prune): Cell => (within && 'equals' in within ? within.equals : null)
