import { Checkbox, Select, Stack } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { createRule, editRule } from '../../api/alerts.ts'
import { integrationNamesQuery } from '../../api/integrations.ts'
import type { AlertEvent, Channel, Rule } from '../../api/types.ts'
import { NumberField } from '../../fields/number-field.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { DialogForm } from '../../ui/dialog-form.tsx'
import { notifyDone } from '../../ui/notify.ts'
import { useSubmit } from '../../ui/use-submit.ts'
import { events } from './events.ts'

interface Props {
  /** One that is there already, and is changed. */
  readonly one?: Rule | undefined
  readonly channels: readonly Channel[]
  readonly onClose: () => void
}

const everything = 'all'
const first: readonly AlertEvent[] = ['run_failed', 'table_unreadable', 'stale']
const everythingLabel = 'All integrations, also those to come'

/** What is told, of what, and where; at first what nobody should miss. */
export function RuleForm({ one, channels, onClose }: Props) {
  const [channel, setChannel] = useState(one?.channel_id ?? channels[0]?.id ?? null)
  const [integration, setIntegration] = useState(one?.integration_id ?? everything)
  const [text, setText] = useState('')
  const named = useQuery(integrationNamesQuery(useDeferredValue(text.trim())))
  const [chosen, setChosen] = useState<readonly AlertEvent[]>(one?.events ?? first)
  const [hours, setHours] = useState<number | null>(one ? one.hours : 48)
  const { busy, problem, submit } = useSubmit()
  const client = useQueryClient()
  const save = () =>
    submit(async () => {
      if (channel === null) return
      const input = {
        channel_id: channel,
        integration_id: integration === everything ? null : integration,
        events: [...chosen],
        hours: chosen.includes('stale') ? hours : null,
      }
      await (one ? editRule(one.id, input) : createRule(input))
      await client.invalidateQueries({ queryKey: ['alerts', 'rules'] })
      notifyDone(one ? 'The rule is changed' : 'The rule is added')
      onClose()
    })
  return (
    <Dialog onClose={onClose} title={one ? 'Change the rule' : 'Add a rule'}>
      <DialogForm
        action={one ? 'Save' : 'Add'}
        busy={busy}
        problem={problem}
        disabled={chosen.length === 0 || channel === null}
        onSubmit={() => void save()}
        onCancel={onClose}
      >
        <Checkbox.Group
          label="When"
          value={[...chosen]}
          onChange={(values) => setChosen(values as AlertEvent[])}
        >
          <Stack gap={8} mt={6}>
            {events.map(({ value, label, about }) => (
              <Checkbox key={value} value={value} label={label} description={about} />
            ))}
          </Stack>
        </Checkbox.Group>
        {chosen.includes('stale') && (
          <NumberField
            label="Too old after"
            unit="hours"
            w={180}
            required
            value={hours}
            error={problem?.fields.hours}
            onChange={setHours}
          />
        )}
        <Select
          label="Of"
          data={[
            { value: everything, label: everythingLabel },
            ...(named.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
          ]}
          searchable
          // The service has searched.
          filter={({ options }) => options}
          onSearchChange={(value) => setText(value === everythingLabel ? '' : value)}
          value={integration}
          onChange={(value) => setIntegration(value ?? everything)}
        />
        <Select
          label="Tell"
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={channel}
          onChange={setChannel}
        />
      </DialogForm>
    </Dialog>
  )
}
