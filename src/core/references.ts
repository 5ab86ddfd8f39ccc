/** Objects that rows refer to and that are not there: found in the warehouse, read by id. docs/decisions/0007-references.md */
import { BudgetError } from './errors.ts'
import type {
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
const complete = 'complete'

/** Whether no row was written since all references were found; a run that writes rows says that they are open. */
export const areComplete = (state: State): boolean => state.get(scope) === complete
export const open: Checkpoint = { scope, cursor: 'open' }
export const closed: Checkpoint = { scope, cursor: complete }

export interface ReferenceOptions {
  readonly source: Source
  readonly warehouse: Warehouse
  readonly streams: readonly StreamSelection[]
  /** Data tables by stream. */
  readonly tables: ReadonlyMap<string, Table>
  /** Whether the stream's table is up to date: only then a missing row says something. */
  readonly isRead: (stream: string) => boolean
  /** So many objects are asked for at most. */
  readonly budget: number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
  readonly add: (page: Page) => Promise<void>
}

/**
 * Asks the source for the objects that rows refer to and that the warehouse lacks, within the budget, and adds what
 * they are: rows, or marks that they are gone, so that they are not asked for again. What could not be read, and
 * that some are left, is reported. Returns whether nothing is left.
 */
export async function readReferences(options: ReferenceOptions): Promise<boolean> {
  const { source, report } = options
  if (!source.references || !source.lookup) return true
  const all = source.references(options.streams)
  const ready = all.filter((one) => [one.stream, one.target, ...(one.or ?? [])].every(options.isRead))
  const missing = await missingIds(ready, options)
  let left = missing.left || ready.length < all.length
  if (missing.ids.size > 0) {
    const request = { streams: options.streams, ids: missing.ids, signal: options.signal, report }
    try {
      for await (const item of source.lookup(request)) {
        if (item.kind === 'page') await options.add(item)
        else if (item.status !== 'ok') {
          left = true
          tell(item.stream, item.reason ?? 'what rows refer to could not be read')
        }
      }
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error
      left = true
      for (const stream of missing.ids.keys()) tell(stream, error.message)
    }
  }
  function tell(stream: string, message: string) {
    report({ type: 'incident', incident: { stream, kind: 'references', message } })
  }
  for (const stream of missing.left ? missing.ids.keys() : []) {
    tell(stream, `rows refer to more objects that no list has than one run asks for; the next one goes on`)
  }
  return !left
}

/** Ids that no row of their streams has, by stream, up to the budget; and whether there are more. */
async function missingIds(references: readonly Reference[], options: ReferenceOptions) {
  const { budget } = options
  const found = new Map<string, Set<string>>()
  let left = false
  for (const reference of references) {
    const ids = found.get(reference.target) ?? new Set<string>()
    for await (const id of missingOf(reference, options)) {
      if (ids.has(id)) continue
      left ||= ids.size === budget
      if (ids.size === budget) break
      found.set(reference.target, ids.add(id))
    }
  }
  return { ids: sharedOut(found, budget), left: left || sizeOf(found) > budget }
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

const sizeOf = (sets: ReadonlyMap<string, ReadonlySet<string>>) =>
  [...sets.values()].reduce((sum, { size }) => sum + size, 0)

function keyOf(stream: string, tables: ReadonlyMap<string, Table>) {
  const table = tables.get(stream)
  const column = table?.key[0]
  if (!table || column === undefined) throw new Error(`rows refer to ${stream}, which is not selected`)
  return { table: loadTable(table), column }
}
