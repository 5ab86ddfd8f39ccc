/** Everything of an integration, removed inside the open transaction; `WholeWarehouse.drop` says what that is. */
import { bookkeeping } from '../../core/schema.ts'
import { type Dialect, ledgerTables, type Session } from './dialect.ts'

/** After the fence was checked. Returns the physical names of the tables. */
export async function dropIntegration(
  dialect: Dialect,
  session: Session,
  integration: string,
): Promise<readonly string[]> {
  const there = await dialect.physicalTables(session, integration)
  const made = (await dialect.tableNames(session, integration)).filter((name) => {
    const columns = there.get(dialect.names.fold(name))
    return bookkeeping.every((column) => columns?.has(column.name))
  })
  for (const name of made) await session.run(`drop table ${dialect.table(integration, name)}`)
  await forget(dialect, session, integration)
  await dialect.dropSchema(session, integration)
  return made
}

/** The bookkeeping goes with its last integration. */
async function forget(dialect: Dialect, session: Session, integration: string): Promise<void> {
  for (const table of ledgerTables) {
    await session.run(`delete from ${dialect.ledger(integration, table)} where integration = $1`, [
      integration,
    ])
  }
  const others = await session.rows(`select 1 from ${dialect.ledger(integration, 'integrations')} limit 1`)
  if (others.length > 0) return
  for (const table of ledgerTables) await session.run(`drop table ${dialect.ledger(integration, table)}`)
}
