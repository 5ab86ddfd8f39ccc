import { Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createChannel, editChannel } from '../../api/alerts.ts'
import { sessionQuery } from '../../api/session.ts'
import type { Channel } from '../../api/types.ts'
import { CopyField } from '../../ui/copy-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { kinds } from './kinds.ts'

interface Props {
  /** One that is there already, and is changed. */
  readonly one?: Channel | undefined
  readonly onClose: () => void
}

/** Makes or changes a channel; of a new webhook the secret is shown once. */
export function ChannelForm({ one, onClose }: Props) {
  const mail = useQuery(sessionQuery).data?.mail ?? false
  const [kind, setKind] = useState<Channel['kind']>(one?.kind ?? 'slack')
  const [name, setName] = useState(one?.name ?? '')
  const [to, setTo] = useState<string[]>(one?.kind === 'email' ? one.address.split(', ') : [])
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState<string | null>(null)
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const save = () =>
    submit(async () => {
      const made = await saved()
      await client.invalidateQueries({ queryKey: ['alerts'] })
      notifyDone(`${made.name} is ${one ? 'changed' : 'added'}: send a test to see that it arrives`)
      if (made.secret === null) onClose()
      else setSecret(made.secret)
    })
  async function saved(): Promise<{ readonly name: string; readonly secret: string | null }> {
    if (one) {
      const rest = kind === 'email' ? { to } : url === '' ? {} : { url }
      return { ...(await editChannel(one.id, { name, ...rest })), secret: null }
    }
    const made = await createChannel(kind === 'email' ? { kind, name, to } : { kind, name, url })
    return { name: made.name, secret: made.signing_secret }
  }
  const fault = (...names: readonly string[]) => names.map((one) => problem?.fields[one]).find(Boolean)
  return (
    <Dialog onClose={onClose} title={one ? `Change ${one.name}` : 'Add a channel'}>
      {secret !== null ? (
        <Stack>
          <TroubleNote
            tone="info"
            title="Copy the secret now: it is not shown again"
            cure="With it your program checks Sluice-Signature, as it does with Stripe's webhooks: HMAC-SHA-256 of the time, a dot and the body."
          />
          <CopyField label="Signing secret" value={secret} />
        </Stack>
      ) : (
        <DialogForm
          action={one ? 'Save' : 'Add'}
          busy={busy}
          problem={problem}
          onSubmit={() => void save()}
          onCancel={onClose}
        >
          <Select
            label="Kind"
            description={
              kind === 'email' && !mail
                ? 'This service sends no e-mail: its server is not set up'
                : kinds[kind].about
            }
            data={Object.entries(kinds).map(([value, { label }]) => ({
              value,
              label,
              disabled: value === 'email' && !mail,
            }))}
            disabled={one !== undefined}
            value={kind}
            onChange={(value) => value && setKind(value as Channel['kind'])}
          />
          <TextInput
            label="Name"
            required
            data-autofocus
            maxLength={80}
            placeholder="On call"
            value={name}
            error={fault('name')}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {kind === 'email' ? (
            <TagsInput
              label="Recipients"
              description="Enter after each"
              required={to.length === 0}
              placeholder="oncall@example.com"
              acceptValueOnBlur
              clearable
              clearButtonProps={{ 'aria-label': 'Clear' }}
              value={to}
              error={fault('to', 'to.0')}
              onChange={setTo}
            />
          ) : (
            <TextInput
              label="Address"
              description={
                one
                  ? `Empty: it stays the one at ${one.address}`
                  : 'Stored encrypted, and shown without its path'
              }
              required={!one}
              type="url"
              autoComplete="off"
              placeholder={
                kind === 'slack' ? 'https://hooks.slack.com/services/…' : 'https://example.com/sluice'
              }
              value={url}
              error={fault('url')}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
          )}
        </DialogForm>
      )}
    </Dialog>
  )
}
