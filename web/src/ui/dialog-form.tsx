import { Button, Group, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import type { Problem } from '../api/problem.ts'
import { TroubleNote } from './trouble-note.tsx'

interface Props {
  readonly action: string
  readonly icon?: ReactNode
  readonly busy: boolean
  /** Something is missing still. */
  readonly disabled?: boolean
  readonly problem: Problem | null
  readonly onSubmit: () => void
  readonly onCancel: () => void
  readonly children: ReactNode
}

/** The form in a dialog: what the service said no to, the fields, and the buttons below. */
export function DialogForm(props: Props) {
  const { action, icon, busy, disabled = false, problem, onSubmit, onCancel, children } = props
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Stack gap="md">
        {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
        {children}
        <Group justify="flex-end" mt="xs">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" leftSection={icon} loading={busy} disabled={disabled}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
