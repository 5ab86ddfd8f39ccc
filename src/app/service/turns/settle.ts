/** The end of a turn: what it was at has ended, or goes back into the queue. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sql } from '../../../store/database.ts'
import { type End, finish, requeue, type WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import { type Kind, LostTurn, type Taken } from './kind.ts'
import type { Again } from './outcome.ts'

/** Ends it and its turn, in the caller's transaction. Throws `LostTurn`. */
export async function end<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  sql: Sql,
  kind: Kind<Row, Of>,
  taken: Taken<Row, Of>,
  how: End,
): Promise<void> {
  if (!(await finish(sql, kind.work, taken, how))) throw new LostTurn()
  await kind.onEnd(sql, taken.id, how)
  await kind.line(ctx).done(sql, taken.held)
}

/**
 * Gives it back with another turn, and ends this one, in the caller's transaction. `last`: behind all that wait.
 * Throws `LostTurn`.
 */
export async function again<Row extends WorkRow, Of extends object>(
  ctx: ServiceContext,
  sql: Sql,
  kind: Kind<Row, Of>,
  taken: Taken<Row, Of>,
  next: Omit<Again, 'kind'> & { readonly waitsFor?: string; readonly last?: boolean },
): Promise<void> {
  const { after, failures, error, cure, waitsFor = null, last = false } = next
  const job = ctx.newId()
  const notBefore = after > 0 ? new Date(Date.now() + after) : null
  const isOurs = await requeue(sql, kind.work, taken, { job, failures, notBefore, error, cure })
  if (!isOurs) throw new LostTurn()
  await kind.onRequeue(sql, taken.id, waitsFor)
  const line = kind.line(ctx)
  await line.done(sql, taken.held)
  await line.add(sql, [
    {
      ...kind.of(taken.id),
      id: job,
      group: taken.integration.account_id,
      priority: last ? 0 : kind.priority(taken.row.trigger),
      ...(notBefore === null ? {} : { notBefore }),
    },
  ])
}

/** Tries for half a minute: the store may be starting again. */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + 30_000
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof LostTurn || Date.now() > deadline) throw error
      await sleep(500)
    }
  }
}
