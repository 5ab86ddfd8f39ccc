import { Button, Group, PasswordInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Integration, Webhook } from '../../api/types.ts'
import {
  createWebhookEndpoint,
  removeWebhook,
  setWebhook,
  webhookKey,
  webhookQuery,
} from '../../api/webhooks.ts'
import { CopyField } from '../../ui/copy-field.tsx'
import { Loaded } from '../../ui/loaded.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/time.tsx'
import { TroubleNote } from '../../ui/trouble-note.tsx'
import { useSubmit } from '../../ui/use-submit.ts'
import classes from './settings.module.css'

/** Runs within seconds of a change, when Stripe calls. */
export function WebhookSettings({ one }: { readonly one: Integration }) {
  const found = useQuery(webhookQuery(one.id))
  return (
    <Panel
      title="Webhook"
      about="When Stripe calls, a run starts within seconds. Not needed: the schedule finds everything anyway."
    >
      <Loaded of={found}>
        {(webhook) =>
          webhook.enabled ? <Enabled one={one} webhook={webhook} /> : <Disabled one={one} url={webhook.url} />
        }
      </Loaded>
    </Panel>
  )
}

function useWebhook(one: Integration) {
  const client = useQueryClient()
  const { busy, problem, submit } = useSubmit()
  const change = (work: () => Promise<unknown>, done: string) =>
    submit(async () => {
      await work()
      await client.invalidateQueries({ queryKey: webhookKey(one.id) })
      notifyDone(done)
    })
  return { busy, problem, change }
}

function Enabled({ one, webhook }: { readonly one: Integration; readonly webhook: Webhook }) {
  const { busy, problem, change } = useWebhook(one)
  return (
    <div className={classes.form}>
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <p>
        On; Stripe last called: <Time at={webhook.called_at} ago none="not yet" />.{' '}
        {webhook.endpoint_id !== null && (
          <>
            The service made the endpoint <code>{webhook.endpoint_id}</code> in Stripe, and removes it there.
          </>
        )}
      </p>
      <div>
        <Button
          variant="default"
          loading={busy}
          onClick={() => void change(() => removeWebhook(one.id), 'Calls are refused from now on')}
        >
          Turn off
        </Button>
      </div>
    </div>
  )
}

function Disabled({ one, url }: { readonly one: Integration; readonly url: string }) {
  const [secret, setSecret] = useState('')
  const { busy, problem, change } = useWebhook(one)
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault()
        void change(() => setWebhook(one.id, secret.trim()), 'Calls start runs from now on')
      }}
    >
      {problem && <TroubleNote title={problem.message} cure={problem.cure} />}
      <div>
        <Button
          loading={busy}
          onClick={() => void change(() => createWebhookEndpoint(one.id), 'The endpoint is made in Stripe')}
        >
          Make the endpoint in Stripe
        </Button>
      </div>
      <p>
        This takes a key that may write webhooks. Otherwise make one on Stripe's page for this address, with
        all events, and enter its signing secret.
      </p>
      <CopyField label="Endpoint URL" value={url} />
      <Group align="end" wrap="nowrap">
        <PasswordInput
          label="Signing secret"
          placeholder="whsec_…"
          required
          flex={1}
          autoComplete="off"
          classNames={{ innerInput: 'mono' }}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={busy}>
          Keep
        </Button>
      </Group>
    </form>
  )
}
