import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { deliveriesQuery } from '../../api/alerts.ts'
import type { Delivery } from '../../api/types.ts'
import type { Column } from '../../ui/data-table.tsx'
import { counted } from '../../ui/format.ts'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './alerts.module.css'

const columns: readonly Column<Delivery>[] = [
  { name: 'at', title: 'When', cell: ({ created_at }) => <Time at={created_at} /> },
  { name: 'what', title: 'What', cell: ({ message }) => <Message of={message} /> },
  { name: 'to', title: 'To', cell: ({ channel }) => channel },
  { name: 'status', title: 'Status', cell: (one) => <Outcome of={one} /> },
]

/** What was told, and whether it arrived. */
export function Deliveries() {
  const sent = useInfiniteQuery(deliveriesQuery)
  return (
    <Panel title="Sent" about="The messages of the last 30 days" flush>
      <PagedTable
        label="Messages"
        of={sent}
        columns={columns}
        rowKey={({ id }) => id}
        icon={Send}
        none="No message was sent yet"
      />
    </Panel>
  )
}

function Message({ of: { title, details, run_id, verification_id } }: { readonly of: Delivery['message'] }) {
  return (
    <div className={classes.message}>
      {verification_id !== null ? (
        <Link to="/verifications/$id" params={{ id: verification_id }}>
          {title}
        </Link>
      ) : run_id !== null ? (
        <Link to="/runs/$id" params={{ id: run_id }}>
          {title}
        </Link>
      ) : (
        title
      )}
      {details.slice(0, 3).map((line) => (
        <div key={line}>{line}</div>
      ))}
    </div>
  )
}

function Outcome({ of: { status, tries, error } }: { readonly of: Delivery }) {
  return (
    <div className={classes.message}>
      <Status status={status} />
      {status !== 'sent' && error !== null && (
        <div>
          {error} ({counted(tries, 'try', 'tries')})
        </div>
      )}
    </div>
  )
}
