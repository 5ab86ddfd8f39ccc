import { ActionIcon, Menu } from '@mantine/core'
import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { EllipsisVertical, Play, RefreshCw } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { countsQuery } from '../../api/data.ts'
import { integrationQuery, integrationTablesQuery } from '../../api/integrations.ts'
import type { IntegrationTable, TableCount } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { type Column, DataTable } from '../../ui/data-table.tsx'
import { exact } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './tables.module.css'
import { useIntegrationActions } from './use-integration-actions.ts'

const modes: Readonly<Record<string, string>> = {
  incremental: 'Key-based',
  full_refresh: 'Full refresh',
  append: 'Append',
  history: 'History',
}

/** Each table as the last runs left it. */
export function Tables() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const tables = useQuery(integrationTablesQuery(id))
  const integration = useQuery(integrationQuery(id))
  const counts = useQuery({
    ...countsQuery(id, integration.data?.last_run?.id ?? 'first'),
    enabled: integration.isSuccess && tables.data?.some(({ columns }) => columns !== null) === true,
  })
  const may = useMay()
  const columns: readonly Column<IntegrationTable>[] = [
    { name: 'table', title: 'Table', cell: ({ table }) => <code>{table}</code> },
    { name: 'status', title: 'Status', cell: (one) => <TableStatus one={one} /> },
    { name: 'mode', title: 'Mode', cell: ({ mode }) => modes[mode] ?? mode },
    { name: 'last', title: 'lastRunDate', cell: ({ last_run }) => <Time at={last_run} none="not yet" /> },
    { name: 'verified', title: 'Last verified', cell: (one) => <Verified one={one} /> },
    {
      name: 'rows',
      title: 'Rows',
      right: true,
      cell: (one) => <Rows one={one} counts={counts} />,
    },
    {
      name: 'rows_last',
      title: 'Written by the last run',
      right: true,
      cell: ({ rows_last }) => exact(rows_last),
    },
    { name: 'columns', title: 'Columns', right: true, cell: ({ columns: count }) => count ?? '–' },
    ...(may('editor')
      ? [
          {
            name: 'actions',
            title: <span className="visually-hidden">Actions</span>,
            right: true,
            cell: (one: IntegrationTable) => <TableActions one={one} integration={id} />,
          },
        ]
      : []),
  ]
  return (
    <Panel flush>
      <Loaded of={tables}>
        {(all) => <DataTable label="Tables" columns={columns} rows={all} rowKey={({ stream }) => stream} />}
      </Loaded>
    </Panel>
  )
}

function TableStatus({ one }: { readonly one: IntegrationTable }) {
  return (
    <>
      <Status status={one.status ?? 'queued'} {...(one.status === null ? { label: 'Not run yet' } : {})} />
      {one.reason && <div className={classes.reason}>{one.reason}</div>}
    </>
  )
}

interface RowsProps {
  readonly one: IntegrationTable
  readonly counts: UseQueryResult<readonly TableCount[]>
}

/** As counted in the warehouse. */
function Rows({ one, counts: { data, isPending, error } }: RowsProps) {
  if (one.columns === null) return '–'
  const count = data?.find(({ stream }) => stream === one.stream)
  if (!count && isPending) return <span data-pending>…</span>
  if (!count) return <span title={error?.message}>not counted</span>
  return (
    <>
      {exact(count.rows)}
      {count.deleted > 0 && <div className={classes.reason}>and {exact(count.deleted)} deleted</div>}
    </>
  )
}

/** What the last verification that looked at it said, and where that is to be read. */
function Verified({ one: { verified } }: { readonly one: IntegrationTable }) {
  if (!verified) return 'not yet'
  return (
    <Link to="/verifications/$id" params={{ id: verified.verification_id }}>
      <Status status={verified.status} />
      <div className={classes.reason}>
        <Time at={verified.at} ago />
      </div>
    </Link>
  )
}

interface ActionProps {
  readonly one: IntegrationTable
  readonly integration: string
}

function TableActions({ one, integration }: ActionProps) {
  const { data } = useQuery(integrationQuery(integration))
  const { run } = useIntegrationActions({ id: integration, name: data?.name ?? '' })
  const [asked, setAsked] = useState(false)
  const busy = data === undefined || data.open_run_id !== null || data.status === 'paused'
  const start = (full_refresh: boolean) =>
    run.mutate({ tables: [one.stream], full_refresh }, { onSuccess: () => setAsked(false) })
  return (
    <>
      <Menu width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`More for ${one.stream}`}>
            <EllipsisVertical size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<Play size={14} aria-hidden />}
            disabled={busy}
            onClick={() => start(false)}
          >
            Run this table now
          </Menu.Item>
          <Menu.Item
            leftSection={<RefreshCw size={14} aria-hidden />}
            disabled={busy}
            onClick={() => setAsked(true)}
          >
            Full refresh
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asked}
        onClose={() => setAsked(false)}
        title={`Read ${one.stream} whole again?`}
        action="Full refresh"
        busy={run.isPending}
        onConfirm={() => start(true)}
      >
        <ul>
          <li>All of {one.stream} is read from Stripe again, within the history of the integration.</li>
          <li>The table stays readable the whole time; rows are replaced as they come.</li>
          <li>Rows that Stripe no longer has are marked as deleted at the end.</li>
        </ul>
      </Confirm>
    </>
  )
}
