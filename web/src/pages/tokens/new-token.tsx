import { Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../../access/use-may.ts'
import { createToken } from '../../api/tokens.ts'
import type { Scope } from '../../api/types.ts'
import { CopyField } from '../../ui/copy-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'

const scopes = [
  { value: 'read', label: 'Read: as a viewer', needs: 'viewer' },
  { value: 'write', label: 'Write: as an editor', needs: 'editor' },
  { value: 'admin', label: 'Admin: everything', needs: 'admin' },
] as const

const spans = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: 'never', label: 'Until it is ended' },
]

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Makes a token, and shows it once. */
export function NewToken({ opened, onClose }: Props) {
  const may = useMay()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const [span, setSpan] = useState('90')
  const [made, setMade] = useState<string | null>(null)
  const { busy, problem, submit, clear } = useSubmit()
  const client = useQueryClient()
  function close() {
    setName('')
    setMade(null)
    clear()
    onClose()
  }
  const create = () =>
    submit(async () => {
      const { token } = await createToken({
        name,
        scope,
        expires_in_days: span === 'never' ? null : Number(span),
      })
      setMade(token)
      await client.invalidateQueries({ queryKey: ['tokens'] })
    })
  return (
    <Dialog opened={opened} onClose={close} title="New token">
      {made ? (
        <Stack>
          <TroubleNote tone="info" title="Copy it now: it is not shown again" />
          <CopyField label="Token" value={made} />
        </Stack>
      ) : (
        <DialogForm
          action="Make the token"
          busy={busy}
          problem={problem}
          onSubmit={() => void create()}
          onCancel={close}
        >
          <TextInput
            label="Name"
            description="Which program it is for"
            required
            data-autofocus
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="Scope"
            data={scopes.filter(({ needs }) => may(needs)).map(({ value, label }) => ({ value, label }))}
            value={scope}
            onChange={(value) => value && setScope(value as Scope)}
          />
          <Select label="Good for" data={spans} value={span} onChange={(value) => value && setSpan(value)} />
        </DialogForm>
      )}
    </Dialog>
  )
}
