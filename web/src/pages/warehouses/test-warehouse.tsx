import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { testDestination } from '../../api/destinations.ts'
import type { Destination } from '../../api/types.ts'
import { TestResult } from '../../fields/test-result.tsx'
import { Dialog } from '../../ui/dialog.tsx'

interface Props {
  readonly one: Destination | null
  readonly onClose: () => void
}

/** Tests a warehouse at once. */
export function TestWarehouse({ one, onClose }: Props) {
  const test = useMutation({ mutationFn: testDestination })
  const { mutate } = test
  const id = one?.id
  useEffect(() => {
    if (id !== undefined) mutate(id)
  }, [id, mutate])
  return (
    <Dialog opened={one !== null} onClose={onClose} title={`Test of ${one?.name ?? ''}`}>
      <TestResult test={test} />
    </Dialog>
  )
}
