/** What a load changed of one table, as files of this machine that are ready to be stored. */
import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Engine } from '../duckdb/engine.ts'
import { literal, quoted } from '../naming.ts'
import { type Format, fileType, parquet } from './formats.ts'
import type { Fence, FileEntry } from './manifest.ts'
import { loadColumn, removedColumn } from './names.ts'
import { type Work, workTable } from './work.ts'

/** A file that is written and not yet stored. */
export interface Made {
  readonly entry: FileEntry
  /** As Parquet, on this machine. */
  readonly path: string
}

export interface Place {
  readonly format: Format
  readonly fence: Fence
  /** Number of the manifest that will name the files. */
  readonly number: number
  readonly scratch: string
}

export interface Written {
  readonly made: readonly Made[]
  /** Rows that lost their place, by path of the file that has them. */
  readonly dead: ReadonlyMap<string, number>
}

/** After `mergeInMemory`, in its transaction. New rows and replacing ones go to files of their own. */
export async function writeChanges(work: Work, place: Place): Promise<Written> {
  const { engine, entry, load } = work
  const target = workTable(work)
  const columns = entry.columns.map(({ name }) => `w.${quoted(name)}`).join(', ')
  const changed = (replaces: boolean) =>
    `select ${columns}, ${place.number}::bigint as ${loadColumn}, false as ${removedColumn}
       from ${target} w join temp.changed c on c.row = w.rowid where c.replaces = ${replaces}`
  const stubs = entry.columns.map(({ name, type }) => {
    const value = [...entry.key, '_version'].includes(name)
      ? `g.${quoted(name)}`
      : name === '_synced_at'
        ? `make_timestamptz(${load.packedAt}::bigint)`
        : 'null'
    return `${value}::${fileType(type)} as ${quoted(name)}`
  })
  const gone = `select ${stubs.join(', ')}, ${place.number}::bigint as ${loadColumn}, true as ${removedColumn} from temp.gone g`

  const [counts] = await engine.rows(
    `select count(*) filter (not replaces), count(*) filter (replaces), (select count(*) from temp.gone) from temp.changed`,
  )
  const [fresh = 0, replacing = 0, removed = 0] = (counts ?? []).map(Number)
  const made: Made[] = []
  const make = async (sql: string, rows: number, replaces: boolean) => {
    if (rows === 0) return
    const file = `${entry.folder}/changes/${newName(place)}`
    const path = await copyTo(engine, sql, place)
    const facts = { file, table: entry.name, rows, columns: entry.columns.length, dead: 0 }
    made.push({ path, entry: { ...facts, kind: 'changes', replaces } })
  }
  await make(changed(false), fresh, false)
  await make(`${changed(true)} union all ${gone}`, replacing + removed, true)
  return { made, dead: replacing + removed > 0 ? await deadRows(work) : new Map() }
}

async function deadRows(work: Work): Promise<ReadonlyMap<string, number>> {
  const keys = work.entry.key.map(quoted)
  const same = (of: string) => keys.map((key) => `${of}.${key} = f.${key}`).join(' and ')
  const rows = await work.engine.rows(
    `select f._file, count(*) from temp.found f
       where exists (from ${workTable(work)} w join temp.changed c on c.row = w.rowid where c.replaces and ${same('w')})
         or exists (from temp.gone g where ${same('g')})
       group by 1`,
  )
  return new Map(rows.map(([path, count]) => [String(path), Number(count)]))
}

/** Whose it is and when it came; no two attempts have the same. */
export const newName = ({ fence, number, format }: Place): string =>
  `${String(fence.epoch).padStart(6, '0')}-${String(number).padStart(10, '0')}-${randomBytes(6).toString('hex')}.${format.extension}`

/** The epoch of the fence under which a file was made; undefined for what we did not name. */
export function epochOf(file: string): number | undefined {
  const [, digits] = /(?:^|\/)(\d{6,})-\d{10,}-[0-9a-f]{12}\.[a-z0-9.]+$/.exec(file) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** Writes a query's rows to a new file in the scratch folder, as Parquet. */
export async function copyTo(engine: Engine, sql: string, place: Place): Promise<string> {
  await mkdir(place.scratch, { recursive: true })
  const path = join(place.scratch, newName(place))
  await engine.run(`copy (${sql}) to ${literal(path)} (${parquet.copy})`)
  return path
}
