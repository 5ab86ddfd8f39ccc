import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import type { Account } from './draft.ts'

/** What Stripe's page led back with: the grant is taken up once, what went wrong is given. */
export function useWayBack(take: (account: Account) => Promise<void>) {
  const { grant, problem, cure } = useSearch({ from: '/inside/integrations/new' })
  const navigate = useNavigate()
  const taken = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (grant === undefined || taken.current === grant) return
    taken.current = grant
    void take({ kind: 'oauth', grant_id: grant }).then(() =>
      navigate({ to: '/integrations/new', search: { step: 'stripe' }, replace: true }),
    )
  }, [grant, take, navigate])
  return problem === undefined ? null : { message: problem, cure }
}
