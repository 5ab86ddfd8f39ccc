import { Button, Group, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { ConfirmProps } from './confirm.tsx'
import { Dialog } from './dialog.tsx'

export function ConfirmDialog(props: ConfirmProps) {
  const [typed, setTyped] = useState('')
  const ready = props.typed === undefined || typed === props.typed
  function close() {
    setTyped('')
    props.onClose()
  }
  return (
    <Dialog opened={props.opened} onClose={close} title={props.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (ready) props.onConfirm()
        }}
      >
        {props.children}
        {props.typed !== undefined && (
          <TextInput
            mt="md"
            label={`Type ${props.typed} to confirm`}
            value={typed}
            autoComplete="off"
            data-autofocus
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Group justify="flex-end" mt="lg">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button
            type="submit"
            {...(props.danger ? { color: 'red.9' } : {})}
            disabled={!ready}
            loading={props.busy ?? false}
          >
            {props.action}
          </Button>
        </Group>
      </form>
    </Dialog>
  )
}
