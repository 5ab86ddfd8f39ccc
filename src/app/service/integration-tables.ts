import { integrationById } from '../../store/integrations.ts'
import { type TableRow, tablesOf } from '../../store/runs.ts'
import type { ServiceContext } from './context.ts'
import { NotFoundError } from './errors.ts'
import { storedOf } from './integration-view.ts'
import type { IntegrationTable } from './resources/integration.ts'
import { iso } from './values.ts'

/** The tables of an integration as its last runs left them: those selected now, then those that were. Throws `NotFoundError`. */
export async function integrationTables(
  ctx: ServiceContext,
  id: string,
): Promise<readonly IntegrationTable[]> {
  const row = await integrationById(ctx.pool, id)
  if (!row) throw new NotFoundError('integration')
  const known = new Map((await tablesOf(ctx.pool, id)).map((table) => [table.stream, table]))
  const { selection } = storedOf(row)
  const selected = selection.tables.map(({ name, mode }) => ({ stream: name, mode: mode as string }))
  const former = [...known.keys()]
    .filter((stream) => !selected.some((table) => table.stream === stream))
    .map((stream) => ({ stream, mode: 'no longer selected' }))
  return [...selected, ...former].map(({ stream, mode }) => {
    const table = known.get(stream)
    return {
      stream,
      table: table?.table_name ?? `${row.name}.${stream}`,
      mode,
      status: table?.status ?? null,
      reason: table?.reason ?? null,
      last_run: iso(table?.last_run ?? null),
      rows_last: table?.rows_last ?? 0,
      rows_total: table?.rows_total ?? 0,
      columns: table?.columns ?? null,
      seconds_last: table?.seconds_last ?? null,
      verified: table ? verifiedOf(table) : null,
    }
  })
}

function verifiedOf({ verify_id, verify_status, verified_at }: TableRow): IntegrationTable['verified'] {
  if (verify_id === null || verified_at === null) return null
  const status = verify_status as NonNullable<IntegrationTable['verified']>['status']
  return { verification_id: verify_id, status, at: iso(verified_at) }
}
