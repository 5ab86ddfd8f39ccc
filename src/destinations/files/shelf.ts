/**
 * The files of a warehouse as this machine can read them: where they lie, or copies that are kept in the work folder.
 * Files never change, so that a copy is good as long as there is the file: what this machine wrote or read once, it has.
 */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { literal } from '../naming.ts'
import type { Session } from '../sql/dialect.ts'
import { type Format, parquet } from './formats.ts'
import type { FileEntry, Manifest, TableEntry } from './manifest.ts'
import { ownColumns, type Readable } from './relation.ts'
import type { Store } from './store.ts'
import type { Made } from './write.ts'

export interface Shelf {
  /** Files of a table, to be read as Parquet. */
  readable(table: TableEntry, files: readonly FileEntry[]): Promise<readonly Readable[]>
  /** The files themselves, in their format. */
  readonly raw: (files: readonly FileEntry[]) => Promise<readonly Readable[]>
  /** Stores a file that was made, in the warehouse's format. Durable when it returns. */
  keep(table: TableEntry, made: Made): Promise<void>
  /** Removes copies of files that the manifest does not name. */
  forget(manifest: Manifest): Promise<void>
}

export interface ShelfOptions {
  readonly store: Store
  readonly format: Format
  readonly engine: Session
  readonly workDir: string
}

const folderOf = (store: Store, workDir: string) =>
  join(workDir, 'files', createHash('sha256').update(store.root).digest('hex').slice(0, 12))

/** The files of a store themselves, as paths of this machine. */
export function rawFiles(store: Store, workDir: string): Shelf['raw'] {
  const folder = folderOf(store, workDir)
  return async (files) => {
    const found: Readable[] = []
    for (const entry of files)
      found.push({ entry, path: await store.local(entry.file, join(folder, entry.file)) })
    return found
  }
}

export function shelf({ store, format, engine, workDir }: ShelfOptions): Shelf {
  const folder = folderOf(store, workDir)
  const isParquet = format === parquet
  const raw = (file: string) => store.local(file, join(folder, file))
  const twin = (file: string) => join(folder, isParquet ? file : `${file}.parquet`)

  async function copied(sql: string, path: string, as: Format) {
    await mkdir(dirname(path), { recursive: true })
    const fresh = `${path}.${randomBytes(6).toString('hex')}`
    await engine.run(`copy (${sql}) to ${literal(fresh)} (${as.copy})`)
    await rename(fresh, path)
  }

  return {
    raw: rawFiles(store, workDir),

    async readable(table, files) {
      const found: Readable[] = []
      for (const entry of files) {
        const path = isParquet ? await raw(entry.file) : twin(entry.file)
        if (!isParquet && !existsSync(path)) {
          const columns = [...table.columns.slice(0, entry.columns), ...ownColumns]
          const source = format.scan([await raw(entry.file)], columns)
          await copied(`select * exclude (filename, file_row_number) from ${source}`, path, parquet)
        }
        found.push({ entry, path })
      }
      return found
    },

    async keep(table, { entry, path }) {
      if (isParquet) await store.putFile(entry.file, path)
      else {
        const columns = [...table.columns.slice(0, entry.columns), ...ownColumns].map(format.write)
        const text = `${path}.text`
        await copied(`select ${columns.join(', ')} from read_parquet(${literal(path)})`, text, format)
        await store.putFile(entry.file, text)
        await rm(text, { force: true })
      }
      // What is here needs not be fetched again.
      if (existsSync(path)) await move(path, twin(entry.file))
    },

    async forget({ files }) {
      const named = new Set(files.map(({ file }) => twin(file)))
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
      for (const entry of entries) {
        const path = join(entry.parentPath, entry.name)
        const isOurs =
          named.has(path) || files.some(({ file }) => file === relative(folder, path).split(sep).join('/'))
        if (entry.isFile() && !isOurs) await rm(path, { force: true })
      }
    },
  }
}

async function move(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    await copyFile(from, `${to}.part`)
    await rename(`${to}.part`, to)
    await rm(from, { force: true })
  }
}
