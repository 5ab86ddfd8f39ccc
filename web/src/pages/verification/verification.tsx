import { Link, useParams } from '@tanstack/react-router'
import { Loaded } from '../../ui/loaded.tsx'
import { Page } from '../../ui/page.tsx'
import { Status } from '../../ui/status.tsx'
import { useFollowed } from './use-followed.ts'
import { VerificationActions } from './verification-actions.tsx'
import { VerificationView } from './verification-view.tsx'

/** A verification: how far it is, or what it has found. */
export function Verification() {
  const { id } = useParams({ from: '/inside/verifications/$id' })
  const found = useFollowed(id)
  const one = found.data
  return (
    <Page
      title={`Verification ${id.slice(0, 8)}`}
      above={
        <>
          <Link to="/">Integrations</Link>
          {one && (
            <>
              {' / '}
              <Link to="/integrations/$id/verify" params={{ id: one.integration_id }} className="mono">
                {one.integration}
              </Link>
            </>
          )}
        </>
      }
      about={one && <Status status={one.status} pill />}
      actions={one && <VerificationActions one={one} />}
    >
      <Loaded of={found}>{(detail) => <VerificationView one={detail} />}</Loaded>
    </Page>
  )
}
