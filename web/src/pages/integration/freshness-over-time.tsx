import { useQuery } from '@tanstack/react-query'
import { Clock } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import { freshnessQuery } from '../../api/integrations.ts'
import type { Freshness } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { duration } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { useNow } from '../../ui/use-now.ts'
import { whenOnline } from '../../ui/when-online.ts'
import { agesOf, lateAfter } from './ages.ts'

const AgeChart = lazy(() => whenOnline(() => import('../../ui/age-chart.tsx')))

/** How old the data was, run by run, against what the schedule promises. */
export function FreshnessOverTime({ id }: { readonly id: string }) {
  const freshness = useQuery(freshnessQuery(id))
  return (
    <Panel
      title="Freshness over time"
      about={freshness.data ? promiseOf(freshness.data) : 'How old the oldest table was'}
    >
      <Loaded of={freshness} loading={<SkeletonRows rows={4} />}>
        {(found) => <Ages found={found} />}
      </Loaded>
    </Panel>
  )
}

function promiseOf({ target_seconds: target }: Freshness): string {
  return target === null
    ? 'How old the oldest table was. It runs by hand, so nothing is promised'
    : `How old the oldest table was. The dashed line is what the schedule promises: ${duration(target)}`
}

function Ages({ found }: { readonly found: Freshness }) {
  const now = useNow()
  const points = useMemo(() => agesOf(found.points, now), [found.points, now])
  const ages = points.flatMap(([, age]) => (age === null ? [] : [age]))
  const last = points.at(-1)?.[1] ?? null
  if (ages.length === 0) return <Empty icon={Clock} title="No run has brought all tables up to date yet" />
  const said = [
    last === null ? 'not all tables have data' : `${duration(last)} old now`,
    `${duration(Math.max(...ages))} at most`,
    ...(found.target_seconds === null ? [] : [`${duration(found.target_seconds)} promised`]),
  ]
  return (
    <Suspense fallback={<SkeletonRows rows={4} />}>
      <AgeChart
        label="Freshness over time"
        points={points}
        target={found.target_seconds}
        late={lateAfter(found.target_seconds)}
        text={said.join(', ')}
      />
    </Suspense>
  )
}
