import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, lazyRouteComponent, useParams } from '@tanstack/react-router'
import { CalendarClock, ShieldCheck } from 'lucide-react'
import { type ReactNode, Suspense, useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { integrationQuery } from '../../api/integrations.ts'
import type { Integration } from '../../api/types.ts'
import { verificationsQuery } from '../../api/verifications.ts'
import { scheduleText } from '../../fields/schedule-text.ts'
import { counted } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { useFollowed } from '../verification/use-followed.ts'
import { VerificationActions } from '../verification/verification-actions.tsx'
import { verificationColumns } from '../verification/verification-columns.tsx'
import { VerificationView } from '../verification/verification-view.tsx'
import classes from './verify.module.css'

/** Their fields are loaded by who opens them. */
const StartVerification = lazyRouteComponent(
  () => import('../verification/start-verification.tsx'),
  'StartVerification',
)
const VerifySchedule = lazyRouteComponent(
  () => import('../verification/verify-schedule.tsx'),
  'VerifySchedule',
)

/** Whether the copy is right: the latest proof, how to get another, and those before. */
export function Verify() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const one = useQuery(integrationQuery(id))
  return <Loaded of={one}>{(integration) => <Proofs one={integration} />}</Loaded>
}

function Proofs({ one }: { readonly one: Integration }) {
  const may = useMay()
  const verifications = useInfiniteQuery(verificationsQuery(one.id))
  const [asking, setAsking] = useState<'start' | 'schedule' | null>(null)
  const latest = verifications.data?.pages[0]?.items[0]
  const mine = may('editor') && one.status !== 'deleted'
  const start = mine && one.loaded_at !== null && verifications.data && latest?.ended_at !== null && (
    <Button leftSection={<ShieldCheck size={14} aria-hidden />} onClick={() => setAsking('start')}>
      New verification
    </Button>
  )
  return (
    <>
      {latest && <Latest key={latest.id} id={latest.id} start={start} />}
      <Panel
        title="Verifications"
        about={<Schedule one={one} />}
        actions={
          mine && (
            <Button
              variant="default"
              leftSection={<CalendarClock size={14} aria-hidden />}
              onClick={() => setAsking('schedule')}
            >
              Schedule
            </Button>
          )
        }
        flush
      >
        <PagedTable
          label="Verifications"
          of={verifications}
          columns={verificationColumns}
          rowKey={({ id }) => id}
          icon={ShieldCheck}
          none="Not verified yet"
          about={
            one.loaded_at === null
              ? 'There is nothing to compare until the first run has loaded data.'
              : `Every row of its tables can be compared with Stripe${mine ? '' : ', by who may edit'}.`
          }
          action={start}
          more="Earlier verifications"
        />
      </Panel>
      <Suspense>
        {asking === 'start' && <StartVerification one={one} onClose={() => setAsking(null)} />}
        {asking === 'schedule' && <VerifySchedule one={one} onClose={() => setAsking(null)} />}
      </Suspense>
    </>
  )
}

function Schedule({ one: { verify, next_verify_at, status } }: { readonly one: Integration }) {
  const { schedule, max_requests: most } = verify
  if (schedule.kind === 'manual') return 'Only when started by hand'
  return (
    <>
      By itself {scheduleText(schedule)}
      {most !== null && `, with ${counted(most, 'request')} at most`};{' '}
      {status === 'paused' ? (
        'not while it is paused'
      ) : (
        <>
          next <Time at={next_verify_at} ago />
        </>
      )}
    </>
  )
}

function Latest({ id, start }: { readonly id: string; readonly start: ReactNode }) {
  const found = useFollowed(id)
  return (
    <Loaded of={found}>
      {(detail) => (
        <section aria-label="The latest verification">
          <div className={classes.head}>
            <h2>
              {detail.ended_at === null ? 'It is verified now' : 'The latest verification'}{' '}
              <Link to="/verifications/$id" params={{ id }} className="mono">
                {id.slice(0, 8)}
              </Link>
            </h2>
            <div className={classes.actions}>
              <VerificationActions one={detail} />
              {start}
            </div>
          </div>
          <VerificationView one={detail} />
        </section>
      )}
    </Loaded>
  )
}
