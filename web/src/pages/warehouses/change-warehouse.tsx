import type { Destination } from '../../api/types.ts'
import { WarehouseForm } from '../../fields/warehouse-form.tsx'
import { Dialog } from '../../ui/dialog.tsx'

interface Props {
  readonly opened: boolean
  /** One that is there already, and is changed. */
  readonly one: Destination | null
  readonly onClose: () => void
}

/** A warehouse is added, or changed. */
export function ChangeWarehouse({ opened, one, onClose }: Props) {
  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={one ? `Change ${one.name}` : 'Add a warehouse'}
      size="lg"
    >
      <WarehouseForm
        {...(one ? { id: one.id, name: one.name, address: one.address } : {})}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  )
}
