/** How the service itself is. */
import { queueDepth, runsLastDay, storeFacts } from '../../store/system.ts'
import { version } from '../version.ts'
import type { PeopleContext } from './people/context.ts'
import { readBudgetTotals } from './read-budgets.ts'
import type { System } from './resources/system.ts'
import { readRetention } from './retention.ts'
import { iso } from './values.ts'

const started = new Date()

export async function systemState({ service, mailer }: PeopleContext): Promise<System> {
  const [store, queue, ended, budgets, retention] = await Promise.all([
    storeFacts(service.pool),
    queueDepth(service.pool),
    runsLastDay(service.pool),
    readBudgetTotals(service),
    readRetention(service),
  ])
  return {
    version: version(),
    started_at: iso(started),
    store: { version: store.version, bytes: store.bytes, schema: store.schema },
    queue: {
      queued: queue.queued,
      running: queue.running,
      oldest_queued_at: iso(queue.oldest),
    },
    runs_last_day: Object.fromEntries(ended.map(({ status, count }) => [status, count])),
    read_budgets: budgets,
    mail: mailer !== undefined,
    memory_bytes: process.memoryUsage.rss(),
    retention,
  }
}
