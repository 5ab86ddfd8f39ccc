/** A load as files and a manifest: every table's part first, then one conditional put that makes it count. */
import { FenceError } from '../../core/errors.ts'
import type { Load, LoadReceipt } from '../../core/model.ts'
import type { Engine } from '../duckdb/engine.ts'
import { stage } from '../duckdb/stage.ts'
import type { Stage } from '../sql/dialect.ts'
import { type StagedBatch, stageBatch, stagedNames } from '../sql/load.ts'
import { findRows } from './find.ts'
import type { Format } from './formats.ts'
import { type FileEntry, type Manifest, type TableEntry, withCheckpoints, withLoad } from './manifest.ts'
import { entryOf, foldedName, nameOf } from './names.ts'
import type { Shelf } from './shelf.ts'
import { mergeInMemory } from './work.ts'
import { type Place, writeChanges } from './write.ts'

export interface Into {
  readonly engine: Engine
  readonly integration: string
  readonly format: Format
  readonly shelf: Shelf
  readonly scratch: string
}

export interface Applied {
  readonly receipt: LoadReceipt
  /** What the next manifest has differently. */
  readonly changes: Partial<Manifest>
}

let stages = 0

/** Writes and stores the files of a load. Nothing of it counts before the manifest does. */
export async function applyLoad(into: Into, manifest: Manifest, load: Load, at: string): Promise<Applied> {
  const { engine } = into
  const connection = await engine.connection()
  const make = (...rows: Parameters<Stage>) => stage(engine, ...rows)
  const tables = new Map<string, { rows: number; deleted: number }>()
  let files = manifest.files
  const byEntry = Map.groupBy(load.batches, (batch) => preparedEntry(manifest, batch.table))
  for (const [entry, batches] of byEntry) {
    const staged: StagedBatch[] = []
    try {
      for (const batch of batches) staged.push(await stageBatch(make, `stage_${++stages}`, batch))
      const { counts, added, dead } = await applyTable(into, manifest, load, entry, staged)
      for (const { table } of batches) tables.set(table.name, counts)
      files = [...files.map((file) => ({ ...file, dead: file.dead + (dead.get(file.file) ?? 0) })), ...added]
    } finally {
      for (const name of staged.flatMap(stagedNames)) {
        await connection.run(`drop table if exists temp.${name}`).catch(() => {})
      }
    }
  }
  const receipt = { tables }
  return {
    receipt,
    changes: {
      files,
      checkpoints: withCheckpoints(manifest, load.checkpoints),
      loads: withLoad(manifest, load.id, at, receipt),
    },
  }
}

function preparedEntry(manifest: Manifest, table: Load['batches'][number]['table']): TableEntry {
  const entry = entryOf(manifest, table)
  const columns = new Set(entry?.columns.map(({ name }) => name.toLowerCase()))
  const stranger = table.columns.find(({ name }) => !columns.has(foldedName(name)))
  if (!entry || stranger || entry.key.join('\0') !== table.key.map(nameOf).join('\0')) {
    throw new Error(`table ${table.name} was not prepared${stranger ? `: it has no ${stranger.name}` : ''}`)
  }
  return entry
}

async function applyTable(
  into: Into,
  manifest: Manifest,
  load: Load,
  entry: TableEntry,
  batches: readonly StagedBatch[],
) {
  const { engine, integration, format, shelf, scratch } = into
  const files = await shelf.readable(
    entry,
    manifest.files.filter(({ table }) => table === entry.name),
  )
  const place: Place = { format, fence: manifest.fence, number: manifest.number + 1, scratch }
  // What is made on the way is temporary: it goes with the transaction.
  await engine.run('begin')
  try {
    const found = await findRows(engine, entry, files, batches, load.account)
    const work = { engine, integration, load, entry, files, batches }
    const counts = await mergeInMemory(work, found)
    const { made, dead } = await writeChanges(work, place)
    for (const one of made) await shelf.keep(entry, one)
    const names = new Map(files.map(({ path, entry }) => [path, entry.file]))
    const byName = [...dead].map(([path, count]) => [names.get(path) ?? path, count] as const)
    return { counts, added: made.map(({ entry }): FileEntry => entry), dead: new Map(byName) }
  } finally {
    await engine.run('rollback').catch(() => engine.reset())
  }
}

/** What a warehouse that has not read its state may not do. */
export const noFence = () => new FenceError('readState comes first: it raises the fence')
