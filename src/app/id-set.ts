/** Ids on the disk, in a file that nobody else sees. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ConfigError } from '../core/errors.ts'
import type { IdSet } from '../core/id-set.ts'

/**
 * An empty set below the work folder. The file goes with the process, however that ends (where an open file cannot be
 * removed: with the set). Throws `ConfigError` when it cannot be made.
 */
export function idSet(workDir: string, id: string): IdSet {
  const path = join(workDir, `ids-${id}.db`)
  const db = opened(path)
  const insert = db.prepare('insert or ignore into ids values (?)')
  const find = db.prepare('select 1 from ids where id = ?')
  const first = db.prepare('delete from ids where id in (select id from ids limit ?) returning id')
  return {
    add(ids) {
      db.exec('begin')
      try {
        return ids.filter((id) => insert.run(id).changes > 0)
      } finally {
        db.exec('commit')
      }
    },
    without: (ids) => ids.filter((id) => find.get(id) === undefined),
    take: (count) => first.all(count).map((row) => String(row.id)),
    [Symbol.dispose]() {
      db.close()
      rmSync(path, { force: true })
    },
  }
}

function opened(path: string): DatabaseSync {
  try {
    mkdirSync(join(path, '..'), { recursive: true })
    const db = new DatabaseSync(path)
    // Nothing of it has to outlive the process. Eight megabytes of it are in memory.
    db.exec(`pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -8192;
             pragma locking_mode = exclusive; create table ids (id text primary key) without rowid`)
    removeOpen(path)
    return db
  } catch (error) {
    throw new ConfigError(`${path} cannot be written: ${(error as Error).message}`, {
      cure: 'make room there, or choose another folder',
      option: '--work-dir',
      cause: error,
    })
  }
}

/** Windows keeps files that are open. */
function removeOpen(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch {
    // Then it goes when the set does.
  }
}
