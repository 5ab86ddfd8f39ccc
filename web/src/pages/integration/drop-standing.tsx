import { Button } from '@mantine/core'
import { useMay } from '../../access/use-may.ts'
import type { Integration } from '../../api/types.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useIntegrationActions } from './use-integration-actions.ts'

/** What becomes of the tables of a deleted integration. */
export function DropStanding({ one }: { readonly one: Integration }) {
  const { remove } = useIntegrationActions(one)
  const may = useMay()
  const { drop, destination } = one
  const again = may('editor') && (
    <Button size="xs" variant="default" loading={remove.isPending} onClick={() => remove.mutate(true)}>
      {drop ? 'Try again' : 'Drop its tables'}
    </Button>
  )
  if (drop === null) {
    return (
      <TroubleNote
        tone="info"
        title={destination ? `Deleted; its tables stay in ${destination.name}` : 'Deleted; its tables stay'}
        action={destination && again}
      />
    )
  }
  if (drop.status === 'failed') {
    return <TroubleNote title={drop.error?.message} cure={drop.error?.cure} action={again} />
  }
  if (drop.status === 'done') {
    const count = drop.tables?.length ?? 0
    return <TroubleNote tone="info" title={`Deleted, and its tables dropped: ${count}`} />
  }
  return (
    <TroubleNote
      tone={drop.error ? 'warn' : 'info'}
      title={drop.error?.message ?? 'Deleted; a worker drops its tables'}
      cure={drop.error && 'It is tried again by itself.'}
    />
  )
}
