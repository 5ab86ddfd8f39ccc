/** The files of a warehouse as this machine can read them: where they lie, or copies that are kept in the work folder. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FileEntry } from './manifest.ts'
import type { Readable } from './relation.ts'
import type { Store } from './store.ts'
import type { Made } from './write.ts'

export interface Shelf {
  /** Each of the files, to be read. */
  readable(files: readonly FileEntry[]): Promise<readonly Readable[]>
  /** Stores a file that was made. Durable when it returns. */
  keep(made: Made): Promise<void>
}

/** Files never change, so that a copy of one is good for ever: what this machine wrote or read once, it has. */
export function shelf(store: Store, workDir: string): Shelf {
  const folder = join(workDir, 'files', createHash('sha256').update(store.root).digest('hex').slice(0, 12))
  return {
    async readable(files) {
      const found: Readable[] = []
      for (const entry of files)
        found.push({ entry, path: await store.local(entry.file, join(folder, entry.file)) })
      return found
    },
    keep: ({ entry, path }) => store.putFile(entry.file, path),
  }
}
