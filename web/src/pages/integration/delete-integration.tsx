import type { Integration } from '../../api/types.ts'
import { later } from '../../ui/later.tsx'

export interface DeleteProps {
  readonly one: Integration
  readonly opened: boolean
  readonly onClose: () => void
  readonly onDone?: () => void
}

/** Asks before it is deleted, and whether its tables go, too. */
export const DeleteIntegration = later<DeleteProps>(
  async () => (await import('./delete-dialog.tsx')).DeleteDialog,
  ({ opened }) => opened,
)
