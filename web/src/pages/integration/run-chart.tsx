import { ChartNoAxesColumn } from 'lucide-react'
import { lazy, Suspense, useMemo } from 'react'
import type { Integration } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { compact, counted, duration } from '../../ui/format.ts'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { whenOnline } from '../../ui/when-online.ts'

const BarChart = lazy(() => whenOnline(() => import('../../ui/bar-chart.tsx')))

interface Props {
  readonly recent: Integration['recent']
  readonly what: 'rows' | 'requests' | 'seconds'
  readonly title: string
}

/** A bar for each of the last runs. */
export function RunChart({ recent, what, title }: Props) {
  const points = useMemo(
    () => recent.map((run) => ({ at: run.queued_at, value: run[what] ?? 0 })),
    [recent, what],
  )
  const total = points.reduce((sum, { value }) => sum + value, 0)
  const sum = what === 'seconds' ? duration(total) : compact(total)
  return (
    <Panel title={title}>
      {recent.length === 0 ? (
        <Empty icon={ChartNoAxesColumn} title="No run has ended yet" />
      ) : (
        <Suspense fallback={<SkeletonRows rows={4} />}>
          <BarChart
            label={title}
            points={points}
            name={moment}
            fractions={what === 'seconds'}
            text={`${sum} in ${counted(points.length, 'run')}`}
          />
        </Suspense>
      )}
    </Panel>
  )
}

function moment(at: string): string {
  return new Date(at).toLocaleString(undefined, {
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
}
