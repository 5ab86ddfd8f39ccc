import { Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { useState } from 'react'
import { integrationRunsQuery } from '../../api/integrations.ts'
import type { Run } from '../../api/types.ts'
import { Empty } from '../../ui/empty.tsx'
import { localTime } from '../../ui/format.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { wordOf } from '../../ui/tone.ts'
import { RunLog } from '../run/run-log.tsx'

/** The process log of one of the runs; of the newest at first. Earlier ones come as the list is scrolled or walked to its end. */
export function Logs() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const runs = useInfiniteQuery(integrationRunsQuery(id))
  const [chosen, setChosen] = useState<string | null>(null)
  return (
    <Loaded of={runs}>
      {({ pages }) => {
        const all = pages.flatMap(({ items }) => items)
        const run = all.find((one) => one.id === chosen) ?? all[0]
        if (!run)
          return (
            <Panel>
              <Empty icon={ScrollText} title="No run yet, and so no log">
                Each run writes one, line by line, as it goes on.
              </Empty>
            </Panel>
          )
        return (
          <>
            <Select
              label="Run"
              mb="md"
              maw={380}
              data={all.map((one) => ({ value: one.id, label: labelOf(one) }))}
              scrollAreaProps={{
                onBottomReached: () => {
                  if (runs.hasNextPage && !runs.isFetchingNextPage) void runs.fetchNextPage()
                },
              }}
              value={run.id}
              onChange={setChosen}
            />
            <RunLog key={run.id} run={run.id} />
          </>
        )
      }}
    </Loaded>
  )
}

function labelOf({ queued_at, status }: Run): string {
  return `${localTime(Date.parse(queued_at))} · ${wordOf(status)}`
}
