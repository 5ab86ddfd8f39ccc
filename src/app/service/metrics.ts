/** Figures for Prometheus. Those of integrations come from the store, and are the same whichever process is asked. */
import { Gauge, Registry } from 'prom-client'
import { type IntegrationFigures, integrationFigures } from '../../store/metrics.ts'
import { queueDepth } from '../../store/system.ts'
import { version } from '../version.ts'
import type { ServiceContext } from './context.ts'

interface Family {
  readonly name: string
  readonly help: string
  readonly of: (figures: IntegrationFigures) => number | null
}

/** One figure per integration each; null where there is none. */
const families: readonly Family[] = [
  { name: 'rows_total', help: 'Rows written by all runs', of: ({ rows }) => rows },
  { name: 'requests_total', help: 'Requests to the source by all runs', of: ({ requests }) => requests },
  { name: 'rate_limited_total', help: 'Requests that the source put off (429)', of: (f) => f.rate_limited },
  { name: 'lag_seconds', help: 'Age of the oldest of its tables', of: ({ lag }) => lag },
  { name: 'last_run_seconds', help: 'How long its last run took', of: (f) => f.last_seconds },
  {
    name: 'last_run_ended_timestamp_seconds',
    help: 'When its last run ended',
    of: ({ last_ended: ended }) => ended && ended.getTime() / 1_000,
  },
  {
    name: 'last_run_ok',
    help: '1 when all tables of its last run went well',
    of: ({ last_status: status }) => (status === null ? null : Number(status === 'succeeded')),
  },
  {
    name: 'verified_timestamp_seconds',
    help: 'When a verification last came to a verdict',
    of: ({ verified }) => verified && verified.getTime() / 1_000,
  },
  {
    name: 'verified_equal',
    help: '1 when that found all it was to look at equal to the source',
    of: ({ verified_status: status }) => (status === null ? null : Number(status === 'equal')),
  },
  { name: 'paused', help: '1 when it is paused', of: ({ status }) => Number(status === 'paused') },
]

/** In the text format of Prometheus. */
export async function metrics({
  pool,
  clock,
}: ServiceContext): Promise<{ readonly text: string; readonly type: string }> {
  const [integrations, queue] = await Promise.all([integrationFigures(pool), queueDepth(pool)])
  const registry = new Registry()
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name: `sluice_${name}`, help, labelNames, registers: [registry] })

  gauge('info', 'The version', 'version').set({ version: version() }, 1)
  gauge('memory_bytes', 'Resident memory of the process that answers').set(process.memoryUsage.rss())
  const open = gauge('queue_runs', 'Runs that are queued, and that are going on', 'status')
  open.set({ status: 'queued' }, queue.queued)
  open.set({ status: 'running' }, queue.running)
  const waited = queue.oldest ? (clock() - queue.oldest.getTime()) / 1_000 : 0
  gauge('queue_oldest_seconds', 'How long the first in the queue has waited').set(Math.max(0, waited))

  const runs = gauge('integration_runs', 'Runs by status', 'integration', 'status')
  for (const { name, runs: counts } of integrations) {
    for (const [status, count] of Object.entries(counts)) runs.set({ integration: name, status }, count)
  }
  for (const { name, help, of } of families) {
    const family = gauge(`integration_${name}`, help, 'integration')
    for (const figures of integrations) {
      const value = of(figures)
      if (value !== null) family.set({ integration: figures.name }, value)
    }
  }
  return { text: await registry.metrics(), type: registry.contentType }
}
