import type { VerifyingTable } from '../../api/types.ts'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { exact } from '../../ui/format.ts'
import { Track } from '../../ui/track.tsx'

const columns: readonly Column<VerifyingTable>[] = [
  { name: 'table', title: 'Table', cell: ({ table }) => <code>{table}</code> },
  {
    name: 'progress',
    title: 'Progress',
    cell: ({ stream, fraction, requests }) => (
      <Track
        name={stream}
        fraction={fraction}
        status={fraction === 1 ? 'ok' : requests > 0 || fraction !== null ? 'running' : 'queued'}
      />
    ),
  },
  { name: 'rows', title: 'Rows compared', right: true, cell: ({ rows }) => exact(rows) },
  { name: 'requests', title: 'Requests', right: true, cell: ({ requests }) => exact(requests) },
]

/** One row per table, with a bar that fills as its rows are compared. */
export function Progress({ tables }: { readonly tables: readonly VerifyingTable[] }) {
  return (
    <DataTable
      label="Tables being compared"
      columns={columns}
      rows={tables}
      rowKey={({ stream }) => stream}
    />
  )
}
