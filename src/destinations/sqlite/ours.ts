/** Whose tables of a file are. */
import { ConfigError } from '../../core/errors.ts'
import type { Session } from '../sql/dialect.ts'
import { dialect, likeOurs } from './dialect.ts'

/**
 * Refuses tables of another program, and a name with which tables of two integrations could not be told apart
 * (`acme` and `acme_eu`). Throws `ConfigError`.
 */
export async function checkTablesAreOurs(session: Session, integration: string): Promise<void> {
  const another = { cure: 'choose another name, or another file', option: '--name' }
  if (/^_|^sqlite$/i.test(integration)) {
    throw new ConfigError(`${integration} is a name of SQLite itself and cannot be an integration's`, another)
  }
  if (await dialect.hasLedger(session, integration)) {
    const known = await session.rows(`select integration from ${dialect.ledger(integration, 'integrations')}`)
    const names = known.map(([name]) => String(name))
    if (names.includes(integration)) return
    const begins = (one: string, other: string) =>
      `${one}_`.toLowerCase().startsWith(`${other}_`.toLowerCase())
    const like = names.find((name) => begins(name, integration) || begins(integration, name))
    if (like !== undefined) {
      throw new ConfigError(
        `the file has an integration ${like}, whose tables could not be told from those of ${integration}`,
        another,
      )
    }
  }
  const [found] = await session.rows(likeOurs(integration))
  if (found) {
    throw new ConfigError(
      `the file already has ${String(found[0])}, which Sluice did not make; tables of ${integration} would begin like it`,
      another,
    )
  }
}
