/** What becomes of the differences that were found: called wrong or moved, and repaired if that is wished. */
import { type Difference, type Shape, tableOf, upstreamOf } from './compare.ts'
import { BudgetError } from './errors.ts'
import type { Inspection } from './inspection.ts'
import type { Cell, Change, Deletes, Destination, Mode, Row, SchemaChange, Warehouse } from './model.ts'
import { tablesOf } from './modes.ts'
import { packer } from './pack.ts'
import { keyPositions } from './schema.ts'
import type { Part, Suspect } from './verify-part.ts'
import type { TableTally } from './verify-report.ts'

export interface SettleOptions {
  readonly shape: Shape
  readonly inspection: Inspection
  readonly tally: (stream: string) => TableTally
  /** Milliseconds after which what seems wrong is asked about once more: news of a change may come late. */
  readonly settle: number
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>
  readonly signal: AbortSignal
  /** Undefined when nothing is to be repaired. */
  readonly repair: Repair | undefined
}

/** Writes the rows of the suspects anew; gives those that are as they should be then. */
export type Repair = (part: Part, suspects: readonly Suspect[]) => Promise<ReadonlySet<Suspect>>

/** Settles all that was found so far. What there were no requests left for counts as not looked at. */
export async function settle(parts: readonly Part[], options: SettleOptions): Promise<void> {
  const { tally, inspection } = options
  const found = parts.map((part): { readonly part: Part; suspects: readonly Suspect[] } => ({
    part,
    suspects: [...part.suspects.values()],
  }))
  const moved = new Set(found.flatMap(({ suspects }) => suspects.filter((suspect) => suspect.moved)))

  /** Finds what is told to have changed since the last run. True when something is left that is not. */
  const look = async (): Promise<boolean> => {
    for (const { part, suspects } of found) {
      const open = suspects.filter((suspect) => !moved.has(suspect))
      if (open.length === 0) continue
      const ids = await inspection.moved(part.family, [...new Set(open.map(({ place }) => place.id))])
      for (const suspect of open) if (ids.has(suspect.place.id)) moved.add(suspect)
    }
    return found.some(({ suspects }) => suspects.some((suspect) => !moved.has(suspect)))
  }
  try {
    if ((await look()) && options.settle > 0) {
      await options.sleep(options.settle, options.signal)
      await look()
    }
  } catch (error) {
    if (!(error instanceof BudgetError)) throw error
    // What is known to have moved can be told; the rest was not looked at well enough.
    for (const { suspects } of found) {
      for (const suspect of suspects) if (!moved.has(suspect)) tally(suspect.stream).skip(suspect.range)
    }
    for (const entry of found) {
      entry.part.judged(entry.suspects.filter((suspect) => !moved.has(suspect)))
      entry.suspects = entry.suspects.filter((suspect) => moved.has(suspect))
    }
  }
  for (const { part, suspects } of found) {
    const healed =
      options.repair && suspects.length > 0 ? await options.repair(part, suspects) : new Set<Suspect>()
    // At once: what is written down of it in between has a difference as open or as judged.
    for (const suspect of suspects) {
      const verdict = moved.has(suspect) ? 'moved' : suspect.kind
      tally(suspect.stream).found(verdict, suspect.key)
      if (healed.has(suspect)) tally(suspect.stream).repaired(verdict)
    }
    part.judged(suspects)
  }
}

export interface RepairOptions {
  readonly shape: Shape
  readonly inspection: Inspection
  readonly destination: Destination
  readonly warehouse: Warehouse
  readonly modes: ReadonlyMap<string, Mode>
  readonly deletes: Deletes
  readonly clock: () => number
  readonly newId: () => string
  readonly onSchemaChange: (change: SchemaChange) => void
}

/** Objects that are read and written together. */
const together = 200

/** Repairs by ordinary loads without checkpoints. The fence is raised at the first of them. */
export function repairer(options: RepairOptions): Repair {
  const { shape, inspection, warehouse, modes, clock } = options
  const pack = packer({
    ...options,
    account: shape.account,
    tables: shape.tables,
    limits: options.destination.caps.load,
  })
  let fenced = false
  const prepared = new Set<string>()

  const write = async (changes: readonly Change[]) => {
    if (!fenced) await warehouse.readState()
    fenced = true
    const streams = new Set(changes.map(({ stream }) => stream))
    for (const stream of streams) {
      if (prepared.has(stream)) continue
      prepared.add(stream)
      const tables = tablesOf(tableOf(shape, stream), modes.get(stream) ?? 'incremental')
      for (const change of await warehouse.prepare(tables)) options.onSchemaChange(change)
    }
    pack.add({ kind: 'page', stream: '', changes, bytes: 0 })
    await warehouse.load(pack.take())
  }

  return async (part, suspects) => {
    const healed = new Set<Suspect>()
    const byId = Map.groupBy(suspects, ({ place }) => place.id)
    const places = [...byId.values()].flatMap(([first]) => first?.place ?? [])
    for (let from = 0; from < places.length; from += together) {
      const some = places.slice(from, from + together)
      const ids = some.map(({ id }) => id)
      const wrong = ids.flatMap((id) => byId.get(id) ?? [])
      const version = clock()
      try {
        const upstream = part.lineage.only(upstreamOf(shape, await inspection.again(part.family, some)), ids)
        await write(
          wrong.flatMap((one) => remedy(shape, one, upstream.get(one.stream)?.get(one.key), version) ?? []),
        )
        const left = part.differences(upstream, await part.stored.objects(ids))
        const names = new Set(left.map(nameOf))
        for (const one of wrong) if (!names.has(nameOf(one))) healed.add(one)
      } catch (error) {
        if (error instanceof BudgetError) return healed
        throw error
      }
    }
    return healed
  }
}

const nameOf = ({ stream, key }: Difference) => `${stream} ${key}`

/** The change that makes a row what it is upstream; none for a row under another account's id, which no load reaches. */
function remedy(
  shape: Shape,
  { stream, key }: Difference,
  now: { readonly row: Row; readonly version: number } | undefined,
  version: number,
): Change | undefined {
  if (now) return { op: 'upsert', stream, row: now.row, version: now.version }
  const [account, ...cells] = JSON.parse(key) as readonly string[]
  if (account !== shape.account) return undefined
  const table = tableOf(shape, stream)
  const keys = keyPositions(table)
  const row = table.columns.map((_, at): Cell => cells[keys.indexOf(at)] ?? null)
  return { op: 'delete', stream, row, version }
}
