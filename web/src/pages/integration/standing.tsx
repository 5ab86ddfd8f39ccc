import { Link } from '@tanstack/react-router'
import type { Integration } from '../../api/types.ts'
import { Facts } from '../../ui/facts.tsx'
import { Status } from '../../ui/status.tsx'
import { Time } from '../../ui/time.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { DropStanding } from './drop-standing.tsx'

/** How an integration stands: the figures that tell whether the data can be trusted, and what is wrong if something is. */
export function Standing({ one }: { readonly one: Integration }) {
  const { last_run, open_run_id, last_verification } = one
  const shownRun = open_run_id ?? last_run?.id
  return (
    <>
      {one.status === 'pending' && (
        <TroubleNote
          tone={last_run?.error ? 'warn' : 'info'}
          title={one.waiting_for ?? 'Pending until the first run has loaded data'}
          cure={last_run?.error?.cure}
        />
      )}
      {one.status === 'paused' && (
        <TroubleNote
          tone="info"
          title="Paused: no run starts until it is re-activated"
          cure="Nothing is missed meanwhile."
        />
      )}
      {one.status === 'deleted' && <DropStanding one={one} />}
      {(one.status === 'active' || one.status === 'paused') && last_run?.error && (
        <TroubleNote
          tone={open_run_id ? 'warn' : 'bad'}
          title={last_run.error.message}
          cure={last_run.error.cure}
        />
      )}
      {last_verification?.status === 'running' && (
        <TroubleNote
          tone="info"
          title="Its rows are compared with Stripe"
          cure="Runs that are due meanwhile wait, and start when that has ended."
          action={
            <Link to="/verifications/$id" params={{ id: last_verification.id }}>
              See how far it is
            </Link>
          }
        />
      )}
      <Facts
        facts={[
          ['Fresh until', <Time key="t" at={one.fresh_until} ago none="no data yet" />],
          [
            'Last run',
            shownRun ? (
              <Link key="l" to="/runs/$id" params={{ id: shownRun }}>
                <Status
                  status={
                    open_run_id
                      ? (last_run?.status ?? 'queued')
                      : (last_run?.color ?? last_run?.status ?? 'queued')
                  }
                />
              </Link>
            ) : (
              'none yet'
            ),
          ],
          [
            'Next run',
            open_run_id ? (
              'now'
            ) : one.status === 'paused' ? (
              'when re-activated'
            ) : (
              <Time key="n" at={one.next_run_at} ago none="by hand" />
            ),
          ],
          [
            'Last verified',
            last_verification ? (
              <Link key="v" to="/verifications/$id" params={{ id: last_verification.id }}>
                <Status status={last_verification.status} />
              </Link>
            ) : (
              'not yet'
            ),
          ],
          ['Account', `${one.account.name ?? one.account.id}${one.account.livemode ? '' : ' (test)'}`],
          ['Warehouse', one.destination?.name ?? 'none'],
        ]}
      />
    </>
  )
}
