import { Skeleton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { integrationQuery } from '../../api/integrations.ts'
import { Failure } from '../../ui/failure.tsx'
import { Page } from '../../ui/page.tsx'
import { Status } from '../../ui/status.tsx'
import { TabLinks } from '../../ui/tab-links.tsx'
import { IntegrationActions } from './integration-actions.tsx'
import { Standing } from './standing.tsx'

const tabs = [
  { to: '/integrations/$id', label: 'Overview' },
  { to: '/integrations/$id/tables', label: 'Tables' },
  { to: '/integrations/$id/accounts', label: 'Accounts' },
  { to: '/integrations/$id/schema', label: 'Schema' },
  { to: '/integrations/$id/runs', label: 'Runs' },
  { to: '/integrations/$id/logs', label: 'Logs' },
  { to: '/integrations/$id/data', label: 'Data', needs: 'editor' },
  { to: '/integrations/$id/verify', label: 'Verify' },
  { to: '/integrations/$id/settings', label: 'Settings' },
] as const

/** An integration: how it stands, what can be done, and its tabs. */
export function IntegrationFrame() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const found = useQuery(integrationQuery(id))
  const one = found.data
  const several = one !== undefined && one.source.accounts !== 'own'
  return (
    <Page
      title={one?.name ?? 'Integration'}
      above={<Link to="/">Integrations</Link>}
      about={
        one ? (
          <Status status={one.status} pill />
        ) : (
          found.isPending && <Skeleton height={22} width={70} radius="xl" />
        )
      }
      actions={one && <IntegrationActions one={one} />}
    >
      {one === undefined && found.isError ? (
        <Failure error={found.error} retry={() => void found.refetch()} />
      ) : (
        <>
          {one ? <Standing one={one} /> : <Skeleton height={70} mb={24} radius="md" />}
          <TabLinks
            label={`Parts of ${one?.name ?? 'the integration'}`}
            tabs={several ? tabs : tabs.filter(({ label }) => label !== 'Accounts')}
            params={{ id }}
          />
          <Outlet />
        </>
      )}
    </Page>
  )
}
