import { useQuery } from '@tanstack/react-query'
import { lazyRouteComponent, useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useMay } from '../../access/use-may.ts'
import { integrationQuery } from '../../api/integrations.ts'
import { Loaded } from '../../ui/loaded.tsx'
import { SkeletonRows } from '../../ui/skeleton-rows.tsx'
import { AccountsSettings } from './accounts-settings.tsx'
import { ConnectAgain } from './connect-again.tsx'
import { FixedSettings } from './fixed-settings.tsx'
import { GeneralSettings } from './general-settings.tsx'
import { KeySettings } from './key-settings.tsx'
import { WebhookSettings } from './webhook-settings.tsx'

/** The largest part, and the last on the page: the others do not wait for it. */
const SelectionSettings = lazyRouteComponent(() => import('./selection-settings.tsx'), 'SelectionSettings')

/** What can be changed of an integration, and what can't. Changes hold from the next run on. */
export function Settings() {
  const { id } = useParams({ from: '/inside/integrations/$id' })
  const one = useQuery(integrationQuery(id))
  const may = useMay()
  return (
    <Loaded of={one}>
      {(integration) => (
        <>
          <FixedSettings one={integration} />
          {may('editor') && integration.status !== 'deleted' && (
            <>
              <GeneralSettings key={`g${integration.revision}`} one={integration} />
              <KeySettings one={integration} />
              <ConnectAgain one={integration} />
              <WebhookSettings one={integration} />
              <AccountsSettings key={`a${integration.revision}`} one={integration} />
              <Suspense fallback={<SkeletonRows />}>
                <SelectionSettings key={`s${integration.revision}`} one={integration} />
              </Suspense>
            </>
          )}
        </>
      )}
    </Loaded>
  )
}
