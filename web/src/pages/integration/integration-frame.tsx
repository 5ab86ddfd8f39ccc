import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { integrationQuery } from '../../api/integrations.ts'
import { Loaded } from '../../ui/loaded.tsx'
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
  return (
    <Page
      title={found.data?.name ?? 'Integration'}
      above={<Link to="/">Integrations</Link>}
      about={found.data && <Status status={found.data.status} pill />}
      actions={found.data && <IntegrationActions one={found.data} />}
    >
      <Loaded of={found}>
        {(one) => (
          <>
            <Standing one={one} />
            <TabLinks
              label={`Parts of ${one.name}`}
              tabs={one.source.accounts === 'own' ? tabs.filter(({ label }) => label !== 'Accounts') : tabs}
              params={{ id }}
            />
            <Outlet />
          </>
        )}
      </Loaded>
    </Page>
  )
}
