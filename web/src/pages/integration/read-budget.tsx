import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import { readsQuery } from '../../api/integrations.ts'
import type { Reads } from '../../api/types.ts'
import { exact } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { whenOnline } from '../../ui/when-online.ts'

const BarChart = lazy(() => whenOnline(() => import('../../ui/bar-chart.tsx')))

/** What Stripe allows at least, in 30 days; with many transactions it allows more (500 for each). */
const least = 10_000

/** How often the account was read in 30 days, against what is allowed. */
export function ReadBudget({ id }: { readonly id: string }) {
  const reads = useQuery(readsQuery(id))
  return (
    <Panel
      title="Reads of Stripe's API"
      about="In the last 30 days, by all integrations of the account. Stripe allows 500 for each transaction, and at least 10,000"
    >
      <Loaded of={reads}>{(found) => <Budget reads={found} />}</Loaded>
    </Panel>
  )
}

function Budget({ reads }: { readonly reads: Reads }) {
  const points = useMemo(
    () => reads.days.map(({ day, reads, connected }) => ({ at: day, value: reads + connected })),
    [reads.days],
  )
  const limit = reads.limit ?? least
  const of = reads.limit === null ? 'Stripe allows at least' : 'the limit of its integrations is'
  const meters = [
    ['The account', reads.reads],
    ...(reads.connected > 0 ? [['Its connected accounts', reads.connected] as const] : []),
  ] as const
  return (
    <>
      {meters.map(([name, value]) => (
        <Meter
          key={name}
          label={name}
          value={value}
          most={limit}
          text={`${exact(value)} reads; ${of} ${exact(limit)}`}
        />
      ))}
      <Suspense fallback={<SkeletonRows rows={4} />}>
        <BarChart
          label="Reads by day"
          points={points}
          name={dayOf}
          text={exact(reads.reads + reads.connected)}
        />
      </Suspense>
    </>
  )
}

function dayOf(day: string): string {
  return new Date(`${day}T12:00:00Z`).toLocaleDateString(undefined, { month: 'short', day: 'numeric' })
}
