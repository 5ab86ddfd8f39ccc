import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { integrationsQuery } from '../../api/integrations.ts'
import { Page } from '../../ui/page.tsx'
import { Catalogue } from './catalogue.tsx'
import { MyIntegrations } from './my-integrations.tsx'
import { atFirst, wantedOf } from './wanted.ts'

/** What is replicated, and the connectors from which more can be. */
export function Integrations() {
  const [choice, setChoice] = useState(atFirst)
  const found = useInfiniteQuery(integrationsQuery(useDeferredValue(wantedOf(choice))))
  const may = useMay()
  const present = found.data?.pages[0]?.present
  return (
    <Page
      title="Integrations"
      about="Each one replicates a Stripe account into a warehouse, on its own schedule."
      actions={
        present !== undefined &&
        present > 0 &&
        may('editor') && (
          <Button component={Link} to="/integrations/new" leftSection={<Plus size={15} aria-hidden />}>
            New integration
          </Button>
        )
      }
    >
      {present !== 0 && <MyIntegrations found={found} choice={choice} onChoose={setChoice} />}
      {(present !== undefined || found.isError) && <Catalogue first={present === 0} />}
    </Page>
  )
}
