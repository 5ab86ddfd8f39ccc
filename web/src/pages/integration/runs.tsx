import { useInfiniteQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { integrationRunsQuery } from '../../api/integrations.ts'
import { PagedTable } from '../../ui/paged-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { runColumns } from '../run/run-columns.tsx'

export function Runs() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const runs = useInfiniteQuery(integrationRunsQuery(id))
  return (
    <Panel flush>
      <PagedTable
        label="Runs"
        of={runs}
        columns={runColumns}
        rowKey={({ id }) => id}
        icon={History}
        none="No run yet"
        about="“Run now” starts one; its schedule starts the others."
        more="Earlier runs"
      />
    </Panel>
  )
}
