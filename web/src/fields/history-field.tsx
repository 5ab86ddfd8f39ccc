import { Input, SegmentedControl, TextInput } from '@mantine/core'
import type { History } from '../pages/wizard/draft.ts'
import { NumberField } from './number-field.tsx'

const kinds = [
  { value: 'all', label: 'All of it' },
  { value: 'years', label: 'The last years' },
  { value: 'since', label: 'Since a day' },
]

interface Props {
  readonly value: History
  readonly error: string | null
  readonly onChange: (history: History) => void
}

/** How much of the past the first run reads. */
export function HistoryField({ value, error, onChange }: Props) {
  function choose(kind: string) {
    if (kind === 'years') onChange({ kind: 'years', years: 2 })
    else if (kind === 'since') onChange({ kind: 'since', day: `${new Date().getFullYear() - 1}-01-01` })
    else onChange({ kind: 'all' })
  }
  return (
    <Input.Wrapper
      label="History"
      description="What was created earlier is not read. Can't be changed later"
      labelElement="div"
      required
    >
      <div>
        <SegmentedControl aria-label="History" mt={4} data={kinds} value={value.kind} onChange={choose} />
      </div>
      {value.kind === 'years' && (
        <NumberField
          mt="xs"
          w={180}
          label="Years"
          value={value.years}
          error={error}
          onChange={(years) => onChange({ kind: 'years', years })}
        />
      )}
      {value.kind === 'since' && (
        <TextInput
          mt="xs"
          w={180}
          type="date"
          label="Day"
          value={value.day}
          error={error}
          onChange={(event) => onChange({ kind: 'since', day: event.currentTarget.value })}
        />
      )}
    </Input.Wrapper>
  )
}
