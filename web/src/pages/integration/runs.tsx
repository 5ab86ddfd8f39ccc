import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { integrationRunsQuery } from '../../api/integrations.ts'
import { Empty } from '../../ui/empty.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { Panel } from '../../ui/panel.tsx'
import { RunsTable } from '../run/runs-table.tsx'

export function Runs() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const runs = useQuery(integrationRunsQuery(id))
  return (
    <Panel flush>
      <Loaded of={runs}>
        {(all) => (all.length === 0 ? <Empty icon={History} title="No run yet" /> : <RunsTable runs={all} />)}
      </Loaded>
    </Panel>
  )
}
