import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { freshnessQuery, integrationQuery, integrationTablesQuery } from '../../api/integrations.ts'
import { Bars } from '../../ui/bars.tsx'
import { duration } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { FirstRun } from './first-run.tsx'
import { Freshness } from './freshness.tsx'
import { FreshnessOverTime } from './freshness-over-time.tsx'
import classes from './overview.module.css'
import { ReadBudget } from './read-budget.tsx'
import { RunChart } from './run-chart.tsx'

/** What people would rather look at than read. */
export function Overview() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const one = useQuery(integrationQuery(id))
  const tables = useQuery(integrationTablesQuery(id))
  const target = useQuery(freshnessQuery(id)).data?.target_seconds ?? null
  return (
    <Loaded of={one}>
      {(integration) => {
        const ended = integration.recent.filter(({ status }) => status !== 'queued' && status !== 'running')
        if (ended.length === 0 && integration.open_run_id) return <FirstRun id={integration.open_run_id} />
        return (
          <div className={classes.two}>
            <FreshnessOverTime id={id} />
            <RunChart recent={ended} what="rows" title="Rows per run" />
            <RunChart recent={ended} what="requests" title="Requests per run" />
            <RunChart recent={ended} what="seconds" title="Seconds per run" />
            {integration.source.kind === 'key' && <ReadBudget id={id} />}
            <Panel
              title="Freshness by table"
              about="How long ago the last successful run of each table began"
            >
              <Loaded of={tables}>{(all) => <Freshness tables={all} target={target} />}</Loaded>
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
            <Panel
              title="Duration by table"
              about="Of its part of the last run; tables are read side by side"
            >
              <Loaded of={tables}>
                {(all) => (
                  <Bars
                    label="Duration by table"
                    bars={all.map(({ stream, seconds_last }) => ({ name: stream, value: seconds_last ?? 0 }))}
                    text={duration}
                  />
                )}
              </Loaded>
            </Panel>
          </div>
        )
      }}
    </Loaded>
  )
}
