import { useInfiniteQuery } from '@tanstack/react-query'
import { ScrollText } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { auditQuery } from '../../api/system.ts'
import type { AuditEntry } from '../../api/types.ts'
import type { Column } from '../../ui/data-table.tsx'
import { Page } from '../../ui/page.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SearchField } from '../../ui/search-field.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './audit.module.css'

const columns: readonly Column<AuditEntry>[] = [
  { name: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
  { name: 'actor', title: 'Who', cell: ({ actor }) => actor.name },
  { name: 'action', title: 'What', cell: ({ action }) => <code>{action}</code> },
  { name: 'object', title: 'Of', cell: ({ object }) => object.name ?? <Id of={object.id} /> },
  { name: 'details', title: 'Details', cell: ({ details }) => <Details details={details} /> },
  { name: 'ip', title: 'From', cell: ({ ip }) => <code>{ip}</code> },
]

/** Who did what. */
export function Audit() {
  const [text, setText] = useState('')
  const log = useInfiniteQuery(auditQuery(useDeferredValue(text.trim())))
  return (
    <Page title="Audit log" about="Who did what, when, and from where. Nothing in it can be changed.">
      <Panel
        flush
        actions={
          <SearchField label="Search the audit log" hint="Person or object" value={text} onChange={setText} />
        }
      >
        <PagedTable
          label="Audit log"
          of={log}
          columns={columns}
          rowKey={({ id }) => String(id)}
          icon={ScrollText}
          none="Nothing is like that"
        />
      </Panel>
    </Page>
  )
}

function Details({ details }: Pick<AuditEntry, 'details'>) {
  const text = Object.entries(details)
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
  return (
    <span className={classes.details} title={text}>
      {text}
    </span>
  )
}

/** Of what has no name: its first characters, and all of it on hover. */
function Id({ of: id }: { readonly of: string | null }) {
  if (id === null) return null
  return (
    <code className={classes.id} title={id}>
      {id.slice(0, 8)}
    </code>
  )
}
