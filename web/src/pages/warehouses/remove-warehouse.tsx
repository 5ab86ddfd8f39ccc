import { deleteDestination } from '../../api/destinations.ts'
import type { Destination } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { counted } from '../../ui/format.ts'
import { useChange } from '../../ui/use-change.ts'

interface Props {
  readonly one: Destination | null
  readonly onClose: () => void
}

export function RemoveWarehouse({ one, onClose }: Props) {
  const remove = useChange(deleteDestination, {
    key: ['destinations'],
    done: 'The warehouse is removed from here',
    onDone: onClose,
  })
  return (
    <Confirm
      opened={one !== null}
      onClose={onClose}
      title={`Remove ${one?.name ?? ''}?`}
      action="Remove"
      danger
      busy={remove.isPending}
      onConfirm={() => one && remove.mutate(one.id)}
    >
      <ul>
        <li>Its address and password are forgotten here. What stands in it stays.</li>
        {one && one.integrations > 0 && (
          <li>It is used by {counted(one.integrations, 'integration')}: give them another one first.</li>
        )}
      </ul>
    </Confirm>
  )
}
