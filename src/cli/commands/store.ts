/** Commands that keep the service's store: its schema, its backups, its master key. */
import { backUp, restoreRows } from '../../app/service/backup.ts'
import { openService } from '../../app/service/open.ts'
import { rotateMasterKey } from '../../app/service/rotate.ts'
import { ConfigError } from '../../core/errors.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { counted } from '../progress/words.ts'
import { storeOf, withService } from '../service.ts'
import { warn } from '../warn.ts'

type Values = Readonly<Record<string, unknown>>

const say = (text: string) => process.stdout.write(`${text}\n`)

/** Brings the schema up to date. */
export async function migrateCommand(values: Values): Promise<void> {
  await attempt(attemptOf(values), async () => {
    await using service = await openService({
      ...storeOf(values),
      masterKey: process.env.SLUICE_MASTER_KEY,
      migrate: true,
      connections: 2,
      log: (level, message) => (level === 'info' ? undefined : warn(message)),
    })
    const { migrated } = service
    say(
      migrated.length === 0
        ? 'the store is up to date'
        : `the store was upgraded: ${migrated.map(({ id, name }) => `${id} ${name}`).join(', ')}`,
    )
  })
}

/** Writes the store into a file, beside a service that may run on it. */
export async function backupCommand(values: Values, file: string | undefined): Promise<void> {
  await attempt(attemptOf(values), async () => {
    const into = named(file)
    await withService(values, async (ctx) => {
      const { tables, rows } = await backUp(ctx, into)
      say(`${counted(rows, 'row')} of ${counted(tables, 'table')} are in ${into}`)
      say('Its secrets are sealed. The master key is not in it: keep that elsewhere.')
    })
  })
}

/** Puts a backup into a store that is empty. */
export async function restoreCommand(values: Values, file: string | undefined): Promise<void> {
  await attempt(attemptOf(values), async () => {
    const { tables, rows } = await restoreRows(storeOf(values), named(file))
    say(`${counted(rows, 'row')} of ${counted(tables, 'table')} were restored`)
    say(
      'Put master.key of then into the data folder, or set SLUICE_MASTER_KEY, before sluice serve is started.',
    )
  })
}

/** Seals all secrets with a new master key. */
export async function rotateKeyCommand(values: Values): Promise<void> {
  await attempt(attemptOf(values), async () => {
    const { secrets, file, kept } = await rotateMasterKey({
      ...storeOf(values),
      masterKey: process.env.SLUICE_MASTER_KEY,
      next: process.env.SLUICE_NEW_MASTER_KEY,
    })
    say(
      `${counted(secrets, 'secret')} ${secrets === 1 ? 'is' : 'are'} sealed with the new key, of ${file ?? 'SLUICE_NEW_MASTER_KEY'}`,
    )
    say(
      file
        ? 'Copy it to the other machines, and start the running processes again.'
        : 'Set SLUICE_MASTER_KEY to it, and start the running processes again.',
    )
    say(
      kept
        ? `Backups of before need the old key, which is in ${kept} now: make a new backup, then remove both.`
        : 'Backups of before need the old key: make a new backup.',
    )
  })
}

function named(file: string | undefined): string {
  if (file !== undefined && file.trim() !== '') return file
  throw new ConfigError('no file is named', { cure: 'write sluice backup sluice.backup' })
}
