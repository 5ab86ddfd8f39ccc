import type { Integration } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { useIntegrationActions } from './use-integration-actions.ts'

interface Props {
  readonly one: Integration
  readonly opened: boolean
  readonly onClose: () => void
}

export function PauseIntegration({ one, opened, onClose }: Props) {
  const { pause } = useIntegrationActions(one)
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={`Pause ${one.name}?`}
      action="Pause"
      busy={pause.isPending}
      onConfirm={() => pause.mutate(undefined, { onSuccess: onClose })}
    >
      <ul>
        <li>
          No run starts until it is re-activated; one that is going on is stopped at its next checkpoint.
        </li>
        <li>The tables in the warehouse stay as they are.</li>
        <li>Nothing is missed: the first run afterwards reads what changed meanwhile.</li>
      </ul>
    </Confirm>
  )
}
