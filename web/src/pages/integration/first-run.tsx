import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { runQuery } from '../../api/runs.ts'
import type { RunDetail } from '../../api/types.ts'
import { Bars } from '../../ui/bars.tsx'
import { Facts } from '../../ui/facts.tsx'
import { counted, duration, exact } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Meter } from '../../ui/meter.tsx'
import { Panel } from '../../ui/panel.tsx'
import { secondsOf } from '../run/seconds-of.ts'
import classes from './overview.module.css'

/** While the first run goes on there is nothing to draw over time: how far it is stands in place of the charts. */
export function FirstRun({ id }: { readonly id: string }) {
  const run = useQuery(runQuery(id))
  return <Loaded of={run}>{(one) => <Progress one={one} />}</Loaded>
}

function Progress({ one }: { readonly one: RunDetail }) {
  const { tables } = one
  const seconds = secondsOf(one)
  const done = tables.filter(({ status }) => status !== 'queued' && status !== 'running').length
  const share = tables.reduce((sum, { fraction }) => sum + (fraction ?? 0), 0) / Math.max(1, tables.length)
  const read = tables.reduce((sum, table) => sum + table.read, 0)
  return (
    <div className={`${classes.two} ${classes.top}`}>
      <Panel
        title="The first run"
        about="Charts of freshness, rows, requests and time stand here when it has ended."
        actions={
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/runs/$id" params={{ id: one.id }} {...props} />}
          >
            Follow it
          </Button>
        }
      >
        <Meter
          label="Read of all tables"
          value={share}
          most={1}
          calm
          text={
            tables.length === 0
              ? 'waiting to begin'
              : `${Math.floor(100 * share)} %, ${done} of ${counted(tables.length, 'table')} up to date`
          }
        />
        <Facts
          facts={[
            ['Rows read', exact(read)],
            ['In the warehouse', exact(one.rows)],
            ['Requests', exact(one.requests)],
            ['Time taken', seconds === null ? '–' : duration(seconds)],
          ]}
        />
      </Panel>
      <Panel title="Rows read so far" about="By table">
        <Bars
          label="Rows read so far"
          bars={tables.map(({ stream, read }) => ({ name: stream, value: read }))}
        />
      </Panel>
    </div>
  )
}
