import { Modal } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

export interface DialogProps {
  /** One that is taken away whole when it closes is open as long as it is there. */
  readonly opened?: boolean
  readonly title: string
  readonly size?: 'lg'
  readonly onClose: () => void
  readonly children: ReactNode
}

/** What is asked before the page; afterwards the focus is where it was. */
export function Dialog({ opened = true, ...rest }: DialogProps) {
  useEffect(() => {
    if (!opened) return
    const from = opener()
    return () => {
      const last = document.activeElement
      // After the trap of the focus has gone. Who has moved it meanwhile keeps it.
      setTimeout(() => {
        const { activeElement } = document
        if (activeElement === last || activeElement === document.body) from?.focus({ preventScroll: true })
      })
    }
  }, [opened])
  return <Modal opened={opened} returnFocus={false} closeButtonProps={{ 'aria-label': 'Close' }} {...rest} />
}

/** What has the focus; of a menu, which closes, its button. */
function opener(): HTMLElement | null {
  const active = document.activeElement
  const button = active?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  if (button) return document.getElementById(button)
  return active instanceof HTMLElement ? active : null
}
