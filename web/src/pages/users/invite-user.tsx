import { Select, Stack } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { InvitationMade, Role } from '../../api/types.ts'
import { invite } from '../../api/users.ts'
import { EmailField } from '../../fields/email-field.tsx'
import { CopyField } from '../../ui/copy-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
}

const roles = [
  { value: 'viewer', label: 'Viewer: sees integrations, runs and logs' },
  { value: 'editor', label: 'Editor: changes them, and sees data' },
  { value: 'admin', label: 'Administrator: also users and the audit log' },
]

/** An invitation is a link; it is sent where mail is set up, and shown once in any case. */
export function InviteUser({ opened, onClose }: Props) {
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('editor')
  const [made, setMade] = useState<InvitationMade | null>(null)
  const { busy, problem, submit, clear } = useSubmit()
  const client = useQueryClient()
  function close() {
    setEmail('')
    setMade(null)
    clear()
    onClose()
  }
  const send = () =>
    submit(async () => {
      setMade(await invite({ email, role }))
      await client.invalidateQueries({ queryKey: ['invitations'] })
    })
  return (
    <Dialog opened={opened} onClose={close} title="Invite somebody">
      {made ? (
        <Stack>
          <TroubleNote
            tone="info"
            title={made.sent ? `Sent to ${made.email}` : 'Give this link to them'}
            cure="Who has the link can sign up. It is not shown again."
          />
          <CopyField label="Link" value={made.link} />
        </Stack>
      ) : (
        <DialogForm
          action="Invite"
          busy={busy}
          problem={problem}
          onSubmit={() => void send()}
          onCancel={close}
        >
          <EmailField other value={email} onChange={setEmail} />
          <Select
            label="Role"
            data={roles}
            value={role}
            onChange={(value) => value && setRole(value as Role)}
          />
        </DialogForm>
      )}
    </Dialog>
  )
}
