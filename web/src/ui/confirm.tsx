import { Button, Group, Modal, TextInput } from '@mantine/core'
import { type ReactNode, useState } from 'react'

interface Props {
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
export function Confirm(props: Props) {
  const [typed, setTyped] = useState('')
  const ready = props.typed === undefined || typed === props.typed
  function close() {
    setTyped('')
    props.onClose()
  }
  return (
    <Modal
      opened={props.opened}
      onClose={close}
      title={props.title}
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
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
    </Modal>
  )
}
