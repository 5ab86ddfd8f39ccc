import { Link } from '@tanstack/react-router'
import type { Run } from '../../api/types.ts'
import type { Column } from '../../ui/data-table.tsx'
import { duration, exact } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { secondsOf } from './seconds-of.ts'

const triggers = { schedule: 'Schedule', person: 'By hand', retry: 'Retry', webhook: 'Webhook' } as const

/** Of the runs of an integration. */
export const runColumns: readonly Column<Run>[] = [
  {
    name: 'id',
    title: 'Run',
    cell: ({ id }) => (
      <Link to="/runs/$id" params={{ id }} className="mono">
        {id.slice(0, 8)}
      </Link>
    ),
  },
  { name: 'status', title: 'Status', cell: ({ status }) => <Status status={status} /> },
  { name: 'started', title: 'Started', cell: ({ started_at }) => <Time at={started_at} none="not yet" /> },
  {
    name: 'ended',
    title: 'Ended',
    cell: ({ started_at, ended_at }) => <Time at={ended_at} day={started_at} none="–" />,
  },
  { name: 'taken', title: 'Time taken', right: true, cell: (run) => durationOf(run) },
  { name: 'rows', title: 'Rows', right: true, cell: ({ rows }) => exact(rows) },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
  {
    name: 'trigger',
    title: 'Started by',
    cell: ({ trigger, full_refresh }) => `${triggers[trigger]}${full_refresh ? ', full refresh' : ''}`,
  },
]

function durationOf(run: Run): string {
  const seconds = secondsOf(run)
  return seconds === null ? '–' : duration(seconds)
}
