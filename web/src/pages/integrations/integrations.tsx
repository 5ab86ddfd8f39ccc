import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useMay } from '../../access/use-may.ts'
import { integrationsQuery } from '../../api/integrations.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Catalogue } from './catalogue.tsx'
import { MyIntegrations } from './my-integrations.tsx'

/** What is replicated, and the connectors from which more can be. */
export function Integrations() {
  const found = useQuery(integrationsQuery)
  const may = useMay()
  const some = (found.data?.length ?? 0) > 0
  return (
    <Page
      title="Integrations"
      about="Each one replicates a Stripe account into a warehouse, on its own schedule."
      actions={
        some &&
        may('editor') && (
          <Button component={Link} to="/integrations/new" leftSection={<Plus size={15} aria-hidden />}>
            New integration
          </Button>
        )
      }
    >
      {!found.isPending && !some && !found.isError && <Catalogue first />}
      {(found.isPending || some || found.isError) && (
        <>
          {found.data ? (
            <MyIntegrations all={found.data} />
          ) : (
            <Panel title="My integrations" flush>
              <Loaded of={found}>{() => null}</Loaded>
            </Panel>
          )}
          <Catalogue />
        </>
      )}
    </Page>
  )
}
