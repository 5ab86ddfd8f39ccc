/** The queue: pg-boss, in a schema of its own beside ours. */
import { PgBoss } from 'pg-boss'
import { ConfigError } from '../core/errors.ts'
import type { Connection, Sql } from './database.ts'
import {
  type OfDrop,
  type OfRun,
  type OfVerification,
  openTurns,
  schema,
  type Turns,
  within,
} from './turns.ts'

const runs = 'turns'
const verifications = 'verifications'
const messages = 'deliveries'

/** The turns are those at runs, and at what is to be dropped. */
export interface Queue extends Turns<OfRun | OfDrop>, AsyncDisposable {
  readonly verifications: Turns<OfVerification>
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
    ...(await openTurns(boss, runs, { silence, look: 2 })),
    verifications: await openTurns(boss, verifications, { silence, look: 5 }),
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
      await Promise.all([runs, verifications, messages].map((queue) => boss.offWork(queue, { wait: true })))
    },
    [Symbol.asyncDispose]: () => boss.stop({ graceful: false }),
  }
}
