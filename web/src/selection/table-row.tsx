import { ExternalLink } from 'lucide-react'
import { memo } from 'react'
import type { CatalogStream, RowEstimate, StreamAccess } from '../api/types.ts'
import { Status } from '../ui/status.tsx'
import { isRefused } from './choose.ts'
import { Estimate } from './estimate.tsx'
import classes from './picker.module.css'

const replications = {
  changes: 'Key-based: changes since lastRunDate',
  sweeps: 'Key-based: recent part listed again',
  whole: 'F: read whole each time',
} as const

interface Props {
  readonly stream: CatalogStream
  readonly access: StreamAccess | undefined
  readonly estimate: RowEstimate | undefined
  readonly chosen: boolean
  readonly onToggle: (name: string, on: boolean) => void
}

export const TableRow = memo(function TableRow({ stream, access, estimate, chosen, onToggle }: Props) {
  const { name, description, docs, replication, columns } = stream
  return (
    <li className={classes.row} data-on={chosen || undefined}>
      <label className={classes.label}>
        <input
          type="checkbox"
          checked={chosen}
          onChange={(event) => onToggle(name, event.currentTarget.checked)}
        />
        <code>{name}</code>
      </label>
      <span className={classes.about}>{description}</span>
      <span className={classes.access}>
        {access && isRefused(access.status) && (
          <span title={access.reason ?? undefined}>
            <Status status={access.status} />
          </span>
        )}
        {access?.status === 'ok' && <Status status="ok" label="Readable" />}
      </span>
      <span className={classes.facts}>
        <span>{replications[replication]}</span>
        <span>{columns} fields</span>
        {estimate && <Estimate of={estimate} />}
        {docs && (
          <a href={docs} target="_blank" rel="noreferrer" aria-label={`Stripe's reference of ${name}`}>
            Reference <ExternalLink size={11} aria-hidden />
          </a>
        )}
      </span>
    </li>
  )
})
