import { Button, Group, Modal, Select, Stack, TagsInput, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { createChannel } from '../../api/alerts.ts'
import { sessionQuery } from '../../api/session.ts'
import type { Channel } from '../../api/types.ts'
import { CopyField } from '../../ui/copy-field.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import { kinds } from './kinds.ts'

interface Props {
  readonly opened: boolean
  readonly onClose: () => void
}

/** Makes a channel; of a webhook the secret is shown once. */
export function NewChannel({ opened, onClose }: Props) {
  const mail = useQuery(sessionQuery).data?.mail ?? false
  const [kind, setKind] = useState<Channel['kind']>('slack')
  const [name, setName] = useState('')
  const [to, setTo] = useState<string[]>([])
  const [url, setUrl] = useState('')
  const [secret, setSecret] = useState<string | null>(null)
  const { busy, problem, submit, clear } = useSubmit()
  const client = useQueryClient()
  function close() {
    setName('')
    setTo([])
    setUrl('')
    setSecret(null)
    clear()
    onClose()
  }
  const create = () =>
    submit(async () => {
      const made = await createChannel(kind === 'email' ? { kind, name, to } : { kind, name, url })
      await client.invalidateQueries({ queryKey: ['alerts'] })
      notifyDone(`${made.name} is added: send a test to see that it arrives`)
      if (made.signing_secret === null) close()
      else setSecret(made.signing_secret)
    })
  const fault = (...names: readonly string[]) => names.map((one) => problem?.fields[one]).find(Boolean)
  return (
    <Modal opened={opened} onClose={close} title="Add a channel" closeButtonProps={{ 'aria-label': 'Close' }}>
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
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void create()
          }}
        >
          <Stack gap="sm">
            {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
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
                description="Stored encrypted, and shown without its path"
                required
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
            <Group justify="flex-end" mt="xs">
              <Button type="submit" loading={busy}>
                Add
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
