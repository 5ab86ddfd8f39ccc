import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Verification, VerificationDetail } from '../../api/types.ts'
import { verificationEvents, verificationQuery } from '../../api/verifications.ts'

/** A verification, followed by its events until it has ended; then its report is read. */
export function useFollowed(id: string) {
  const client = useQueryClient()
  const found = useQuery(verificationQuery(id))
  const open = found.data !== undefined && found.data.ended_at === null
  useEffect(() => {
    if (!open) return
    const { queryKey } = verificationQuery(id)
    const source = new EventSource(verificationEvents(id))
    source.addEventListener('verification', (event) => {
      const { verification } = JSON.parse(event.data) as { readonly verification: Verification }
      // The report comes with the next reading: an end that is told here would look as if there were none.
      if (verification.ended_at !== null) return
      client.setQueryData<VerificationDetail>(queryKey, { ...verification, report: null })
    })
    source.addEventListener('end', () => {
      source.close()
      void client.invalidateQueries({ queryKey })
      void client.invalidateQueries({ queryKey: ['integrations'] })
    })
    return () => source.close()
  }, [id, open, client])
  return found
}
