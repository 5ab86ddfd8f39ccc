import { Table2 } from 'lucide-react'
import { useMemo } from 'react'
import type { TableRun } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { Empty } from '../../ui/empty.tsx'
import { counted, duration, exact } from '../../ui/format.ts'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { Track } from '../../ui/track.tsx'
import { secondsOf } from './seconds-of.ts'
import classes from './table-runs.module.css'

interface Props {
  readonly tables: readonly TableRun[]
  /** When the run began: of moments on that day the hours are told. */
  readonly day: string | null
}

const columnsOf = (day: string | null): readonly Column<TableRun>[] => [
  { name: 'table', title: 'Table', cell: ({ table }) => <code>{table}</code> },
  { name: 'status', title: 'Status', cell: (one) => <How one={one} /> },
  {
    name: 'progress',
    title: 'Progress',
    cell: ({ stream, status, fraction }) => (
      <Track name={stream} status={status} fraction={status === 'ok' ? 1 : fraction} />
    ),
  },
  { name: 'rows', title: 'Rows', right: true, cell: (one) => <Rows one={one} /> },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
  { name: 'start', title: 'Started', cell: ({ started_at }) => <Time at={started_at} day={day} none="–" /> },
  { name: 'end', title: 'Ended', cell: ({ ended_at }) => <Time at={ended_at} day={day} none="–" /> },
  {
    name: 'taken',
    title: 'Time taken',
    right: true,
    cell: (one) => {
      const seconds = secondsOf(one)
      return seconds === null ? '–' : duration(seconds)
    },
  },
  { name: 'last', title: 'lastRunDate', cell: ({ last_run }) => <Time at={last_run} day={day} none="–" /> },
]

/** One row per table, with a bar that fills as it is read. */
export function TableRuns({ tables, day }: Props) {
  const columns = useMemo(() => columnsOf(day), [day])
  if (tables.length === 0) return <Empty icon={Table2} title="Its tables stand here as soon as it begins" />
  return (
    <DataTable label="Tables of the run" columns={columns} rows={tables} rowKey={({ stream }) => stream} />
  )
}

/** What stands in the warehouse; before that, what has been read. */
function Rows({ one: { status, rows, read } }: { readonly one: TableRun }) {
  if (status !== 'running' || read <= rows) return exact(rows)
  return <span className={classes.read}>{exact(read)} read</span>
}

function How({ one }: { readonly one: TableRun }) {
  return (
    <div>
      <Status status={one.status} />
      {one.reason && <div className={classes.reason}>{one.reason}</div>}
      {one.drift.length > 0 && (
        <div className={classes.reason}>
          {counted(one.drift.length, 'field')} not as expected:{' '}
          {one.drift.map(({ field }) => field).join(', ')}
        </div>
      )}
    </div>
  )
}
