/** The service's store as a file, and back. */
import { ConfigError } from '../../core/errors.ts'
import { backupSchema, type Copied, readBackup, writeBackup } from '../../store/backup.ts'
import { migrate, migrations } from '../../store/migrate.ts'
import { openStore } from '../../store/open.ts'
import type { ServiceContext } from './context.ts'

export type { Copied } from '../../store/backup.ts'

/** Writes everything that the store has, at one moment, beside whoever works on it. Secrets stay sealed. */
export async function backUp(ctx: ServiceContext, file: string): Promise<Copied> {
  return writeBackup(ctx.pool, file, new Date(ctx.clock()))
}

/**
 * Puts a backup into a store that is empty, in the schema that it was taken of, and brings that up to date. The queue
 * is not in it: workers queue open runs anew (scheduler.ts). Throws `ConfigError` for a file that is none, and a store that has something.
 */
export async function restoreRows(
  where: { readonly dataDir: string; readonly databaseUrl?: string | undefined },
  file: string,
): Promise<Copied> {
  const schema = await backupSchema(file)
  const known = migrations()
  if (schema > (known.at(-1)?.id ?? 0)) {
    throw new ConfigError(`the backup ${file} is of a newer sluice (schema ${schema})`, {
      cure: 'restore it with that one',
    })
  }
  await using store = await openStore({
    ...where,
    migrate: true,
    migrations: known.filter(({ id }) => id <= schema),
  })
  const copied = await readBackup(store.pool, file)
  await migrate(store.pool, known)
  return copied
}
