import { useQuery } from '@tanstack/react-query'
import { systemQuery } from '../../api/system.ts'
import { Bars } from '../../ui/bars.tsx'
import { bytesText } from '../../ui/bytes-text.ts'
import { Facts } from '../../ui/facts.tsx'
import { exact } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { wordOf } from '../../ui/tone.ts'
import { ReadBudgets } from './read-budgets.tsx'

/** How the service itself is. */
export function System() {
  const system = useQuery(systemQuery)
  return (
    <Page title="System" about="How the service itself is.">
      <Loaded of={system}>
        {({ version, started_at, store, queue, runs_last_day, read_budgets, mail, memory_bytes }) => (
          <>
            <Facts
              facts={[
                ['Version', `${version}, schema ${store.schema}`],
                ['Running since', <Time key="s" at={started_at} ago />],
                ['Memory', bytesText(memory_bytes)],
                ['Store', `PostgreSQL ${store.version}`],
                ['Size of the store', bytesText(store.bytes)],
                ['E-mail', mail ? 'set up' : 'not set up'],
              ]}
            />
            <Panel title="Queue">
              <Facts
                facts={[
                  ['Waiting', exact(queue.queued)],
                  ['Running', exact(queue.running)],
                  ['Oldest waits since', <Time key="o" at={queue.oldest_queued_at} ago none="–" />],
                ]}
              />
              <Bars
                label="Runs that ended in the last day"
                bars={Object.entries(runs_last_day).map(([status, value]) => ({
                  name: wordOf(status),
                  value,
                }))}
              />
            </Panel>
            <ReadBudgets totals={read_budgets} />
          </>
        )}
      </Loaded>
    </Page>
  )
}
