/** Writes what a run tells to the store, in one transaction that also says whether the run is still ours. */
import type { AccountRun } from '../../../core/model.ts'
import { type AccountChange, forgetOtherAccounts, setAccounts } from '../../../store/accounts.ts'
import { type Sql, transaction } from '../../../store/database.ts'
import { setLoaded } from '../../../store/integrations.ts'
import { insertRunLogs } from '../../../store/run-logs.ts'
import {
  addToIntegration,
  addToRun,
  addToTableRuns,
  addToTables,
  type Told,
} from '../../../store/run-progress.ts'
import type { Attempt } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import { LostTurn } from '../turns/kind.ts'
import { clean } from './narrator.ts'
import type { Differences, Recorder } from './recorder.ts'

export interface Keeper {
  /** Writes what was told since the last time, with `more` in the same transaction. Throws `LostTurn`. */
  keep(more?: (sql: Sql) => Promise<void>): Promise<Told>
  /** Whether rows became durable, or a table was brought up to date, and that was written. */
  progressed(): boolean
}

export function keeper(
  ctx: ServiceContext,
  of: Attempt & { readonly integration: string },
  from: Recorder,
): Keeper {
  /** What was taken and could not be written, in its order. */
  let left: Differences[] = []
  /** One at a time: what is left is written before what comes. */
  let writing: Promise<unknown> = Promise.resolve()
  let progressed = false

  async function write(more: (sql: Sql) => Promise<void>): Promise<Told> {
    left.push(from.take())
    const told = await transaction(ctx.pool, async (sql) => {
      let said: Told | undefined
      for (const differences of left) said = await writeOne(ctx, sql, of, differences)
      await more(sql)
      return said
    })
    progressed ||= left.some(({ progress }) => progress)
    left = []
    if (!told) throw new LostTurn()
    return told
  }

  return {
    progressed: () => progressed,
    keep(more = async () => {}) {
      const next = writing.then(() => write(more))
      writing = next.catch(() => {})
      return next
    },
  }
}

async function writeOne(
  ctx: ServiceContext,
  sql: Sql,
  of: Attempt & { readonly integration: string },
  { counts, tables, incidents, accounts, allAccounts, lines, progress, loaded }: Differences,
): Promise<Told> {
  const at = new Date(ctx.clock())
  // The integration before the run, as whoever pauses it locks them.
  if (counts.rows > 0) await addToIntegration(sql, of.integration, counts.rows)
  if (loaded) await setLoaded(sql, of.integration, at)
  const told = await addToRun(sql, of, counts, { incidents, progress, at })
  if (!told) throw new LostTurn()
  await addToTableRuns(sql, of.id, tables)
  await addToTables(sql, of.integration, of.id, tables)
  await setAccounts(sql, of.integration, of.id, accounts.map(changeOf), at)
  if (allAccounts) await forgetOtherAccounts(sql, of.integration, of.id)
  await insertRunLogs(sql, of.id, of.attempt, lines)
  return told
}

function changeOf({ account, tables, reason, cure, ...rest }: AccountRun): AccountChange {
  return {
    ...rest,
    account_id: account,
    reason: reason === null ? null : clean(reason),
    cure: cure === null ? null : clean(cure),
    tables: tables.map(({ stream, status, reason: why }) => ({ stream, status, reason: why && clean(why) })),
  }
}
