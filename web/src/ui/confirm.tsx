import type { ReactNode } from 'react'
import { later } from './later.tsx'

export interface ConfirmProps {
  readonly opened: boolean
  readonly onClose: () => void
  readonly title: string
  /** What will happen, spelled out. */
  readonly children: ReactNode
  readonly action: string
  readonly danger?: boolean
  /** What must be typed before it can be done. */
  readonly typed?: string
  readonly busy?: boolean
  readonly onConfirm: () => void
}

/** Asks before something is done, and says what it does. */
export const Confirm = later<ConfirmProps>(
  async () => (await import('./confirm-dialog.tsx')).ConfirmDialog,
  ({ opened }) => opened,
)
