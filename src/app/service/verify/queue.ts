import type { Sql } from '../../../store/database.ts'
import type { IntegrationRow } from '../../../store/integrations.ts'
import { insertVerification, type NewVerification } from '../../../store/verifications.ts'
import { currentTrace } from '../../traces/tracer.ts'
import type { ServiceContext } from '../context.ts'

type Wanted = Pick<NewVerification, 'trigger' | 'tables' | 'repair' | 'max_requests'>

/**
 * Queues a verification and its first turn in the caller's transaction. Undefined when the integration has one that is
 * open; its id otherwise.
 */
export async function queueVerification(
  ctx: ServiceContext,
  sql: Sql,
  { id: integration_id, account_id }: Pick<IntegrationRow, 'id' | 'account_id'>,
  wanted: Wanted,
): Promise<string | undefined> {
  const [id, job] = [ctx.newId(), ctx.newId()]
  const row = { ...wanted, id, integration_id, job_id: job, trace: currentTrace() }
  if (!(await insertVerification(sql, row, new Date(ctx.clock())))) return undefined
  await ctx.queue.verifications.add(sql, [{ id: job, verification: id, group: account_id, priority: 0 }])
  return id
}
