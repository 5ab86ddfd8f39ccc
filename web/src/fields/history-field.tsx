import { Input, NumberInput, SegmentedControl, TextInput } from '@mantine/core'
import type { History } from '../pages/wizard/draft.ts'

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
        <NumberInput
          mt="xs"
          w={180}
          label="Years"
          min={1}
          max={50}
          allowDecimal={false}
          value={value.years ?? ''}
          error={error}
          onChange={(years) => onChange({ kind: 'years', years: years === '' ? null : Number(years) })}
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
