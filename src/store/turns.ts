/** Lines of turns in pg-boss: each is handed to one worker at a time, and to another when that one falls silent. */
import type { PgBoss } from 'pg-boss'
import type { Sql } from './database.ts'

export const schema = 'pgboss'

/** What a turn of a worker is at: a run, an integration whose tables are to be dropped, a verification. */
export type OfRun = { readonly run: string }
export type OfDrop = { readonly drop: string }
export type OfVerification = { readonly verification: string }

export type Turn<Of> = Of & {
  /** Of the job; what it is of names it, so that a job which is no longer that one's is known. */
  readonly id: string
  /** Of one group at most `groupLimit` turns are worked at. */
  readonly group: string
  readonly priority: number
  readonly notBefore?: Date
}

/** A job that a worker holds. */
export interface Holding {
  readonly id: string
  /** Tells this holding of the job from earlier ones. */
  readonly retries: number
}

/** A turn that a worker holds. */
export type Held = Holding & OfRun
export type HeldDrop = Holding & OfDrop
export type HeldVerification = Holding & OfVerification

export interface WorkOptions {
  /** Turns at a time in this process. */
  readonly concurrency: number
  readonly groupLimit: number
}

export interface Turns<Of> {
  /** Adds turns in the caller's transaction. */
  add(sql: Sql, turns: readonly Turn<Of>[]): Promise<void>
  /** Ends a held turn in the caller's transaction; of one that is held by another meanwhile it does nothing. */
  done(sql: Sql, turn: Holding & Of): Promise<void>
  /** Takes a turn that nobody holds yet out of the queue, in the caller's transaction. */
  remove(sql: Sql, turn: string): Promise<void>
  /** Those of the turns that the queue does not have, or that have ended. */
  missing(sql: Sql, turns: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Hands turns to `work` until `stopWork` of the queue. A turn whose worker falls silent for half a minute is handed
   * out again; so is one whose `work` throws, after a pause.
   */
  work(options: WorkOptions, work: (turn: Holding & Of) => Promise<void>): Promise<void>
}

export interface TurnsOptions {
  /** Seconds of silence after which a turn is handed to another. */
  readonly silence: number
  /** Seconds between two looks at what nobody announces: turns whose time has come, or whose group has room. */
  readonly look: number
}

/** Opens the line of that name, and makes it where it is not there yet. */
export async function openTurns<Of extends object>(
  boss: PgBoss,
  name: string,
  { silence, look }: TurnsOptions,
): Promise<Turns<Of>> {
  const settings = {
    heartbeatSeconds: silence,
    // A turn is bounded by the worker itself; this is for one that hangs with a beating heart.
    expireInSeconds: 23 * 3600,
    // Deaths are counted in the run, which ends when there are too many.
    retryLimit: 10_000,
    retryDelay: 1,
    deleteAfterSeconds: 3600,
    retentionSeconds: 90 * 86_400,
    notify: true,
  }
  await boss.createQueue(name, { ...settings, policy: 'standard' })
  await boss.updateQueue(name, settings)
  return {
    async add(sql, turns) {
      await boss.insert(
        name,
        turns.map(({ id, group, priority, notBefore, ...of }) => ({
          id,
          data: of,
          priority,
          group: { id: group },
          ...(notBefore === undefined ? {} : { startAfter: notBefore }),
        })),
        { db: within(sql) },
      )
    },
    async done(sql, { id, retries }) {
      await boss.complete(name, { id, retryCount: retries }, null, { db: within(sql) })
    },
    async remove(sql, turn) {
      await boss.cancel(name, turn, { db: within(sql) })
    },
    async missing(sql, turns) {
      const { rows } = await sql.query<{ id: string }>(
        `select id from unnest($1::uuid[]) n (id)
         where not exists (select 1 from ${schema}.job j
           where j.name = $2 and j.id = n.id and j.state in ('created', 'retry', 'active'))`,
        [turns, name],
      )
      return new Set(rows.map(({ id }) => id))
    },
    async work({ concurrency, groupLimit }, work) {
      await boss.work<Of>(
        name,
        {
          localConcurrency: concurrency,
          groupConcurrency: groupLimit,
          pollingIntervalSeconds: 1,
          notifyPollingIntervalSeconds: look,
          heartbeatRefreshSeconds: silence / 3,
        },
        async ([job]) => {
          if (job) await work({ ...job.data, id: job.id, retries: job.retryCount })
        },
      )
    },
  }
}

/** Statements of the queue on the caller's connection. */
export function within(sql: Sql) {
  return { executeSql: async (text: string, values?: unknown[]) => sql.query(text, values) }
}
