import { Link } from '@tanstack/react-router'
import type { Integration } from '../../api/types.ts'
import { type Column, DataTable, type Sort } from '../../ui/data-table.tsx'
import { compact } from '../../ui/format.ts'
import { Sparkline } from '../../ui/sparkline.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { useEnd } from '../../ui/use-end.ts'
import classes from './integrations-table.module.css'
import { LastRun } from './last-run.tsx'
import { RowActions } from './row-actions.tsx'

const columns: readonly Column<Integration>[] = [
  { name: 'name', title: 'Name', sortable: true, cell: (one) => <Name one={one} /> },
  { name: 'status', title: 'State', sortable: true, cell: ({ status }) => <Status status={status} pill /> },
  { name: 'last', title: 'Last run', cell: (one) => <LastRun one={one} /> },
  {
    name: 'fresh',
    title: 'Fresh until',
    sortable: true,
    cell: (one) => <Time at={one.fresh_until} ago none="no data yet" />,
  },
  { name: 'rows', title: 'Rows', right: true, sortable: true, cell: (one) => compact(one.rows_total) },
  { name: 'next', title: 'Next run', sortable: true, cell: (one) => <Next one={one} /> },
  {
    name: 'recent',
    title: 'Rows per run',
    cell: ({ recent }) => (
      <Sparkline
        label={`Rows of the last ${recent.length} runs`}
        points={recent.map(({ run_id, rows, status }) => ({ key: run_id, value: rows, status }))}
      />
    ),
  },
  {
    name: 'actions',
    title: <span className="visually-hidden">Actions</span>,
    right: true,
    cell: (one) => <RowActions one={one} />,
  },
]

interface Props {
  readonly rows: readonly Integration[]
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  /** The end of the rows comes into view. */
  readonly onEnd: () => void
}

/** One row per integration; of thousands, as many as have been scrolled to. */
export function IntegrationsTable({ rows, sort, onSort, onEnd }: Props) {
  const end = useEnd(onEnd, rows.length)
  return (
    <>
      <DataTable
        label="My integrations"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        sort={sort}
        onSort={onSort}
      />
      <div ref={end} />
    </>
  )
}

function Name({ one }: { readonly one: Integration }) {
  return (
    <div>
      <Link to="/integrations/$id" params={{ id: one.id }} className="mono">
        {one.name}
      </Link>
      <div className={classes.under}>
        {one.account.name ?? one.account.id}
        {one.account.livemode ? '' : ' · test'} → {one.destination?.name ?? 'no warehouse'}
      </div>
    </div>
  )
}

function Next({ one }: { readonly one: Integration }) {
  return (
    <div className={classes.next}>
      {one.open_run_id ? (
        'now'
      ) : one.status === 'paused' ? (
        '–'
      ) : (
        <Time at={one.next_run_at} ago none="by hand" />
      )}
      {one.waiting_for && (
        <div className={classes.under} title={one.waiting_for}>
          {one.waiting_for}
        </div>
      )}
    </div>
  )
}
