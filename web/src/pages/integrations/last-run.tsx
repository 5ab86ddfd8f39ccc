import { Link } from '@tanstack/react-router'
import type { Integration } from '../../api/types.ts'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import classes from './integrations-table.module.css'

/** How the last run ended, or that one is going on; leads to it. */
export function LastRun({ one }: { readonly one: Integration }) {
  const run = one.last_run
  if (one.open_run_id) {
    return (
      <Link to="/runs/$id" params={{ id: one.open_run_id }}>
        <Status status={run?.status === 'queued' ? 'queued' : 'running'} />
      </Link>
    )
  }
  if (!run) return <span className={classes.under}>none yet</span>
  return (
    <div>
      <Link to="/runs/$id" params={{ id: run.id }}>
        <Status status={run.color ?? run.status} />
      </Link>
      <div className={classes.under}>
        <Time at={run.ended_at ?? run.started_at} ago none="" />
      </div>
    </div>
  )
}
