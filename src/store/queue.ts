/** The queue of turns: pg-boss, in a schema of its own beside ours. */
import { PgBoss } from 'pg-boss'
import { ConfigError } from '../core/errors.ts'
import type { Connection, Sql } from './database.ts'

const name = 'turns'
const messages = 'deliveries'
const schema = 'pgboss'

/** What a turn of a worker is at: a run, or an integration whose tables are to be dropped. */
type Run = { readonly run: string }
type Drop = { readonly drop: string }

export type Turn = (Run | Drop) & {
  /** Of the job; what it is of names it, so that a job which is no longer that one's is known. */
  readonly id: string
  /** Of one group at most `groupLimit` turns are worked at. */
  readonly group: string
  readonly priority: number
  readonly notBefore?: Date
}

interface Holding {
  readonly id: string
  /** Tells this holding of the job from earlier ones. */
  readonly retries: number
}

/** A turn that a worker holds. */
export type Held = Holding & Run
export type HeldDrop = Holding & Drop

export interface WorkOptions {
  /** Turns at a time in this process. */
  readonly concurrency: number
  readonly groupLimit: number
}

export interface Queue extends AsyncDisposable {
  /** Adds turns in the caller's transaction. */
  add(sql: Sql, turns: readonly Turn[]): Promise<void>
  /** Ends a held turn in the caller's transaction; of one that is held by another meanwhile it does nothing. */
  done(sql: Sql, turn: Held | HeldDrop): Promise<void>
  /** Takes a turn that nobody holds yet out of the queue, in the caller's transaction. */
  remove(sql: Sql, turn: string): Promise<void>
  /** Those of the turns that the queue does not have, or that have ended. */
  missing(sql: Sql, turns: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Hands turns to `work` until `stopWork`. A turn whose worker falls silent for half a minute is handed out again;
   * so is one whose `work` throws, after a pause.
   */
  work(options: WorkOptions, work: (turn: Held | HeldDrop) => Promise<void>): Promise<void>
  /** Adds messages to be delivered, in the caller's transaction. */
  addDeliveries(sql: Sql, ids: readonly string[]): Promise<void>
  /** Hands messages to `deliver` until `stopWork`. One whose `deliver` throws is handed out again, later each time. */
  deliver(deliver: (id: string) => Promise<void>): Promise<void>
  /** Nothing further is handed out; resolves when what was is done. */
  stopWork(): Promise<void>
}

export interface QueueOptions {
  readonly connection: Connection
  /** Whether to bring the queue's tables up to date. */
  readonly migrate: boolean
  /** Of this process, for its operators. */
  readonly instance: string
  /** Told of what goes wrong in the background: the database was away for a moment. */
  readonly onError: (message: string) => void
  /** Seconds of silence after which a turn is handed to another; 30. At least 10. */
  readonly silence?: number
  /** Seconds until a message that could not be delivered is tried again; 15. It doubles, to an hour. */
  readonly deliveryPause?: number
}

/** Opens the queue. Throws `ConfigError` when its tables are older than this program and not to be brought up to date. */
export async function openQueue(options: QueueOptions): Promise<Queue> {
  const silence = options.silence ?? 30
  const boss = new PgBoss({
    ...options.connection,
    schema,
    max: 4,
    application_name: 'sluice: queue',
    migrate: options.migrate,
    createSchema: options.migrate,
    schedule: false,
    useListenNotify: true,
    superviseIntervalSeconds: 5,
    monitorIntervalSeconds: 5,
    instanceName: options.instance,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (error) => options.onError(`the queue: ${error.message}`))
  try {
    await boss.start()
  } catch (error) {
    if (options.migrate || (await boss.isInstalled().catch(() => true))) throw error
    throw new ConfigError('the queue of the store is not there', {
      cure: 'run sluice migrate',
      cause: error,
    })
  }
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
  const delivering = {
    // Tries are counted with the message, which is given up when there are too many.
    retryLimit: 100,
    retryDelay: options.deliveryPause ?? 15,
    retryBackoff: true,
    retryDelayMax: 3600,
    expireInSeconds: 60,
    deleteAfterSeconds: 3600,
    notify: true,
  }
  await boss.createQueue(messages, { ...delivering, policy: 'standard' })
  await boss.updateQueue(messages, delivering)

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
      await boss.work<Run | Drop>(
        name,
        {
          localConcurrency: concurrency,
          groupConcurrency: groupLimit,
          pollingIntervalSeconds: 1,
          // What waits for its group is not announced when the group has room.
          notifyPollingIntervalSeconds: 2,
          heartbeatRefreshSeconds: silence / 3,
        },
        async ([job]) => {
          if (job) await work({ ...job.data, id: job.id, retries: job.retryCount })
        },
      )
    },
    async addDeliveries(sql, ids) {
      await boss.insert(
        messages,
        ids.map((id) => ({ data: { id } })),
        { db: within(sql) },
      )
    },
    async deliver(deliver) {
      await boss.work<{ id: string }>(
        messages,
        {
          localConcurrency: 2,
          pollingIntervalSeconds: 2,
          // What is to be tried again is not announced.
          notifyPollingIntervalSeconds: Math.min(10, Math.max(2, delivering.retryDelay)),
        },
        async ([job]) => {
          if (job) await deliver(job.data.id)
        },
      )
    },
    async stopWork() {
      await Promise.all([name, messages].map((queue) => boss.offWork(queue, { wait: true })))
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  }
}

/** Statements of the queue on the caller's connection. */
function within(sql: Sql) {
  return { executeSql: async (text: string, values?: unknown[]) => sql.query(text, values) }
}
