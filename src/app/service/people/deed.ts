/** What somebody asked for, told in the audit log by the very transaction that does it. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type pg from 'pg'
import { type Sql, transaction } from '../../../store/database.ts'

/** What was changed; of a path's object the id is known without it. */
export interface About {
  readonly id?: string | undefined
  readonly name?: string | undefined
}

/** Writes the row of the audit log. */
export type Tell = (sql: Sql, about: About) => Promise<void>

interface Deed {
  readonly tell: Tell
  told: boolean
}

const deeds = new AsyncLocalStorage<Deed>()

/**
 * Does what somebody asked for. The first `change` that `work` commits has the row of `tell` in it. Returns what `work`
 * does, and whether the row was written: it was not where nothing in the store was changed.
 */
export async function asDeed<T>(
  tell: Tell,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly told: boolean }> {
  const deed: Deed = { tell, told: false }
  return { value: await deeds.run(deed, work), told: deed.told }
}

/**
 * A transaction in which is done what was asked for: it commits what it changed together with its row of the audit log,
 * or nothing. Without somebody who asked it is a transaction. `work` says what the row is about, where the request's path
 * does not, or not by its name. Throws as `transaction` does.
 */
export async function change<T>(
  pool: pg.Pool,
  work: (sql: Sql, about: (object: About) => void) => Promise<T>,
): Promise<T> {
  const deed = deeds.getStore()
  const result = await transaction(pool, async (sql) => {
    let object: About = {}
    const done = await work(sql, (one) => {
      object = one
    })
    if (deed && !deed.told) await deed.tell(sql, object)
    return done
  })
  if (deed) deed.told = true
  return result
}
