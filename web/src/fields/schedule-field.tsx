import { Group, Select, TextInput } from '@mantine/core'
import type { Schedule } from '../api/types.ts'
import { NumberField } from './number-field.tsx'

export const runChoices = [
  { value: '5', label: 'Every 5 minutes' },
  { value: '15', label: 'Every 15 minutes' },
  { value: '60', label: 'Every hour' },
  { value: '240', label: 'Every 4 hours' },
  { value: '720', label: 'Every 12 hours' },
  { value: '1440', label: 'Every 24 hours (suggested)' },
  { value: '10080', label: 'Every 7 days' },
  { value: 'other', label: 'Another interval' },
  { value: 'cron', label: 'At set times (cron)' },
  { value: 'manual', label: 'Only when started by hand' },
]

interface Props {
  readonly label?: string
  readonly description?: string
  readonly choices?: typeof runChoices
  readonly value: Schedule
  readonly error: string | null
  readonly onChange: (schedule: Schedule) => void
}

/** When an integration runs, or something else that is done again and again. */
export function ScheduleField({
  label = 'Replication frequency',
  description = 'Each run reads what changed since the one before',
  choices = runChoices,
  value,
  error,
  onChange,
}: Props) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  function choose(choice: string | null) {
    if (choice === 'manual') onChange({ kind: 'manual' })
    else if (choice === 'cron') onChange({ kind: 'cron', expression: '0 6 * * *', time_zone: zone })
    else onChange({ kind: 'every', minutes: choice === 'other' ? 360 : Number(choice) })
  }
  const chosen =
    value.kind === 'every'
      ? choices.some((choice) => choice.value === String(value.minutes))
        ? String(value.minutes)
        : 'other'
      : value.kind
  return (
    <div>
      <Select
        label={label}
        description={description}
        required
        data={choices}
        value={chosen}
        onChange={choose}
        maxDropdownHeight={340}
      />
      {chosen === 'other' && value.kind === 'every' && (
        <NumberField
          mt="xs"
          label="Minutes in between"
          // Blank is no number, and null once it was a draft.
          value={Number.isFinite(value.minutes) ? value.minutes : null}
          error={error}
          onChange={(minutes) => onChange({ kind: 'every', minutes: minutes ?? Number.NaN })}
        />
      )}
      {value.kind === 'cron' && (
        <Group mt="xs" grow align="flex-start">
          <TextInput
            label="Cron expression"
            description="Minute, hour, day, month, weekday"
            classNames={{ input: 'mono' }}
            value={value.expression}
            error={error}
            onChange={(event) => onChange({ ...value, expression: event.currentTarget.value })}
          />
          <TextInput
            label="Time zone"
            description="Such as Europe/Berlin"
            value={value.time_zone}
            onChange={(event) => onChange({ ...value, time_zone: event.currentTarget.value })}
          />
        </Group>
      )}
    </div>
  )
}
