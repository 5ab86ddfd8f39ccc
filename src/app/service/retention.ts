/** For how long runs and their logs are kept, and that nothing is kept for longer. */
import { deleteGrants } from '../../store/oauth.ts'
import {
  deleteDeliveries,
  deleteExpired,
  deleteIdempotencyKeys,
  deleteRunLogs,
  deleteRuns,
  deleteVerifications,
} from '../../store/old.ts'
import { readSetting, writeSetting } from '../../store/settings.ts'
import type { ServiceContext } from './context.ts'
import { change } from './people/deed.ts'
import { type Retention, retention } from './resources/system.ts'

const day = 86_400_000

/** Messages that were sent, to be looked at; answers for who repeats a create. Days. */
const deliveryDays = 30
const keyDays = 1

/** Rows at once. A run has up to a hundred table runs, which go with it. */
const batch = { logs: 10_000, runs: 100, rest: 1_000 }

/** What is not set, or set to something that is none, is as it is by default. */
export async function readRetention({ pool }: Pick<ServiceContext, 'pool'>): Promise<Retention> {
  const [log_days, run_days] = await Promise.all([
    readSetting(pool, 'log_days'),
    readSetting(pool, 'run_days'),
  ])
  const { shape } = retention
  return {
    log_days: shape.log_days.catch(30).parse(log_days),
    run_days: shape.run_days.catch(400).parse(run_days),
  }
}

/** What is too old then goes within the hour. */
export async function setRetention(ctx: ServiceContext, kept: Retention): Promise<Retention> {
  await change(ctx.pool, async (sql) => {
    for (const name of ['log_days', 'run_days'] as const) await writeSetting(sql, name, kept[name])
  })
  return readRetention(ctx)
}

/**
 * Deletes some of what is too old, each kind by itself. Any number of processes may. Returns whether there may be more.
 */
export async function forgetOld(ctx: ServiceContext): Promise<boolean> {
  const { pool } = ctx
  const { log_days, run_days } = await readRetention(ctx)
  const before = (days: number) => new Date(ctx.clock() - days * day)
  const counts = [
    [await deleteRunLogs(pool, before(log_days), batch.logs), batch.logs],
    [await deleteRuns(pool, before(run_days), batch.runs), batch.runs],
    [await deleteVerifications(pool, before(run_days), batch.runs), batch.runs],
    [await deleteDeliveries(pool, before(deliveryDays), batch.rest), batch.rest],
    [await deleteIdempotencyKeys(pool, before(keyDays), batch.rest), batch.rest],
  ] as const
  await deleteExpired(pool)
  await deleteGrants(pool, new Date(ctx.clock()))
  return counts.some(([went, most]) => went === most)
}
