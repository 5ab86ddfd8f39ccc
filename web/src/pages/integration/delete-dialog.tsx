import { Checkbox } from '@mantine/core'
import { useState } from 'react'
import { Confirm } from '../../ui/confirm.tsx'
import type { DeleteProps } from './delete-integration.tsx'
import { useIntegrationActions } from './use-integration-actions.ts'

export function DeleteDialog({ one, opened, onClose, onDone }: DeleteProps) {
  const [drop, setDrop] = useState(false)
  const { remove } = useIntegrationActions(one)
  function done() {
    onClose()
    onDone?.()
  }
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Delete ${one.name}?`}
      action="Delete"
      danger
      typed={one.name}
      busy={remove.isPending}
      // Not as a callback of mutate: the page may learn that it is deleted first, and take this away.
      onConfirm={() => void remove.mutateAsync(drop).then(done, () => {})}
    >
      <ul>
        <li>Its schedule ends, and a run that is going on is stopped.</li>
        <li>Its Stripe key is erased from this service.</li>
        <li>
          The tables in the warehouse are{' '}
          {drop ? <b>dropped, with all their rows</b> : 'kept, with all their rows'}.
        </li>
        <li>Its runs and logs stay readable. This can't be undone.</li>
      </ul>
      <Checkbox
        label="Drop its tables in the warehouse, too"
        checked={drop}
        onChange={(event) => setDrop(event.currentTarget.checked)}
      />
    </Confirm>
  )
}
