/** Objects that rows refer to and that are not there: found in the warehouse, read by id. docs/decisions/0007-references.md */
import { BudgetError } from './errors.ts'
import type {
  Change,
  Checkpoint,
  Page,
  Reference,
  RunEvent,
  Source,
  State,
  StreamSelection,
  Table,
  Warehouse,
  Within,
} from './model.ts'
import { bookkeeping, loadTable } from './schema.ts'

const scope = 'references'

/** The references of which every row was followed: none leads to what the warehouse lacks, as far as anybody can tell. */
export interface Settled {
  readonly settled: ReadonlySet<string>
  /** Rows were written: what they refer to is open again. Gives what is to be kept with them, if this is news. */
  wrote(changes: readonly Change[]): Checkpoint | undefined
  /** They have been followed. Gives what is to be kept, if this is news. */
  add(followed: readonly Reference[]): Checkpoint | undefined
}

export function settledReferences(state: State): Settled {
  const cursor = state.get(scope)
  const before = Array.isArray(cursor) ? cursor.map(String) : []
  const settled = new Set(before)
  const byStream = Map.groupBy(before, (name) => name.slice(0, name.indexOf('.')))
  const checkpoint = (): Checkpoint => ({ scope, cursor: [...settled].sort() })
  return {
    settled,
    wrote(changes) {
      if (byStream.size === 0) return undefined
      let isNews = false
      for (const { op, stream } of changes) {
        const open = op === 'upsert' ? byStream.get(stream) : undefined
        if (!open) continue
        for (const name of open) settled.delete(name)
        byStream.delete(stream)
        isNews = true
      }
      return isNews ? checkpoint() : undefined
    },
    add(followed) {
      const { size } = settled
      for (const reference of followed) settled.add(nameOf(reference))
      return settled.size > size ? checkpoint() : undefined
    },
  }
}

/** Another column, or another table to look in, is another reference. */
const nameOf = ({ stream, column, target, or = [] }: Reference) =>
  [`${stream}.${column}`, target, ...or].join(' ')

export interface ReferenceOptions {
  readonly source: Source
  readonly warehouse: Warehouse
  readonly streams: readonly StreamSelection[]
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  /** Whether the stream's table is up to date: only then a missing row says something. */
  readonly isRead: (stream: string) => boolean
  /** By their names; these are not followed again. */
  readonly settled: ReadonlySet<string>
  /** So many objects are asked for at most. */
  readonly budget: number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  readonly add: (page: Page) => Promise<void>
}

/**
 * Asks the source for the objects that rows refer to and that the warehouse lacks, within the budget, and adds what
 * they are: rows, or marks that they are gone, so that they are not asked for again. What could not be read, and
 * that some are left, is reported. Gives the references of which nothing is left.
 */
export async function readReferences(options: ReferenceOptions): Promise<readonly Reference[]> {
  const { source, report, settled } = options
  if (!source.references || !source.lookup) return []
  // What refers to a table that was not read, or is of one, waits until it is.
  const ready = source
    .references(options.streams)
    .filter((one) => !settled.has(nameOf(one)))
    .filter((one) => [one.stream, one.target, ...(one.or ?? [])].every(options.isRead))
  const missing = await missingIds(ready, options)
  const left = new Set(missing.left)
  /** What comes may refer to more. */
  const came = new Set<string>()
  if (missing.ids.size > 0) {
    const request = { streams: options.streams, ids: missing.ids, signal: options.signal, report }
    try {
      for await (const item of source.lookup(request)) {
        if (item.kind === 'page') {
          for (const { op, stream } of item.changes) if (op === 'upsert') came.add(stream)
          await options.add(item)
        } else if (item.status !== 'ok') {
          left.add(item.stream)
          tell(item.stream, item.reason ?? 'what rows refer to could not be read')
        }
      }
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error
      for (const stream of missing.ids.keys()) {
        left.add(stream)
        tell(stream, error.message)
      }
    }
  }
  function tell(stream: string, message: string) {
    report({ type: 'incident', incident: { stream, kind: 'references', message } })
  }
  for (const stream of missing.left) {
    tell(stream, `rows refer to more objects that no list has than one run asks for; the next one goes on`)
  }
  return ready.filter(({ stream, target }) => !left.has(target) && !came.has(stream))
}

/** Ids that no row of their streams has, by stream, up to the budget; and the streams of which there are more. */
async function missingIds(references: readonly Reference[], options: ReferenceOptions) {
  const { budget } = options
  const found = new Map<string, Set<string>>()
  const left = new Set<string>()
  for (const reference of references) {
    const { target } = reference
    const ids = found.get(target) ?? new Set<string>()
    for await (const id of missingOf(reference, options)) {
      if (ids.has(id)) continue
      if (ids.size === budget) {
        left.add(target)
        break
      }
      found.set(target, ids.add(id))
    }
  }
  const ids = sharedOut(found, budget)
  for (const [target, all] of found) if ((ids.get(target)?.length ?? 0) < all.size) left.add(target)
  return { ids, left }
}

async function* missingOf(reference: Reference, { tables, warehouse }: ReferenceOptions) {
  const { stream, column, target, or = [] } = reference
  const from = tables.get(stream)
  const text = from?.columns.find(({ name }) => name === column)
  if (!from || !text) throw new Error(`${stream} has no column ${column}`)
  const [account, , , deletedAt] = bookkeeping
  const table: Table = { name: from.name, columns: [deletedAt, text], key: [account.name] }
  const within: Within = {
    column,
    outside: keyOf(target, tables),
    nor: or.map((name) => keyOf(name, tables)),
    notNull: true,
  }
  for await (const [gone, id] of warehouse.read(table, within)) {
    // What is gone itself needs nothing to refer to.
    if (gone === null && typeof id === 'string' && id !== '') yield id
  }
}

/** In turns, so that no stream waits for ever for the others. */
function sharedOut(found: ReadonlyMap<string, Iterable<string>>, budget: number) {
  const shares = new Map<string, string[]>()
  const queues = new Map([...found].map(([target, ids]) => [target, ids[Symbol.iterator]()]))
  for (let count = 0; count < budget && queues.size > 0; ) {
    for (const [target, queue] of queues) {
      const next = queue.next()
      if (next.done) queues.delete(target)
      else if (count++ < budget) {
        const share = shares.get(target) ?? []
        shares.set(target, share)
        share.push(next.value)
      }
    }
  }
  return shares
}

function keyOf(stream: string, tables: ReadonlyMap<string, Table>) {
  const table = tables.get(stream)
  const column = table?.key[0]
  if (!table || column === undefined) throw new Error(`rows refer to ${stream}, which is not selected`)
  return { table: loadTable(table), column }
}
