import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ChartNoAxesColumn } from 'lucide-react'
import { lazy, Suspense } from 'react'
import { integrationQuery, integrationTablesQuery } from '../../api/integrations.ts'
import type { Integration } from '../../api/types.ts'
import { Bars } from '../../ui/bars.tsx'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { Freshness } from './freshness.tsx'
import classes from './overview.module.css'

const RunsChart = lazy(() => import('../../ui/runs-chart.tsx'))

/** What people would rather look at than read. */
export function Overview() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const one = useQuery(integrationQuery(id))
  const tables = useQuery(integrationTablesQuery(id))
  return (
    <Loaded of={one}>
      {(integration) => (
        <>
          <div className={classes.two}>
            <Chart one={integration} what="rows" title="Rows per run" />
            <Chart one={integration} what="requests" title="Requests per run" />
          </div>
          <div className={classes.two}>
            <Panel
              title="Freshness by table"
              about="How long ago the last successful run of each table began"
            >
              <Loaded of={tables}>
                {(all) => <Freshness tables={all} schedule={integration.schedule} />}
              </Loaded>
            </Panel>
            <Panel title="Rows by table" about="Written by all runs">
              <Loaded of={tables}>
                {(all) => (
                  <Bars
                    label="Rows by table"
                    bars={all.map(({ stream, rows_total }) => ({ name: stream, value: rows_total }))}
                  />
                )}
              </Loaded>
            </Panel>
          </div>
        </>
      )}
    </Loaded>
  )
}

interface ChartProps {
  readonly one: Integration
  readonly what: 'rows' | 'requests'
  readonly title: string
}

function Chart({ one, what, title }: ChartProps) {
  return (
    <Panel title={title}>
      {one.recent.length === 0 ? (
        <Empty icon={ChartNoAxesColumn} title="No run has ended yet" />
      ) : (
        <Suspense fallback={<SkeletonRows rows={4} />}>
          <RunsChart label={title} points={one.recent} what={what} />
        </Suspense>
      )}
    </Panel>
  )
}
