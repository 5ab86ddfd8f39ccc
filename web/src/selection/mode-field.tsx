import { Select } from '@mantine/core'
import type { TableSelection } from '../api/types.ts'

const modes = [
  { value: 'incremental', label: 'Newest version of each object, kept up to date' },
  { value: 'full_refresh', label: 'Read whole in each run' },
  { value: 'append', label: 'Every version that is seen' },
  { value: 'history', label: 'Newest version, and a table with its history' },
]

interface Props {
  readonly value: TableSelection['mode']
  readonly onChange: (mode: TableSelection['mode']) => void
}

/** What is kept of a table. */
export function ModeField({ value, onChange }: Props) {
  return (
    <Select
      mt="md"
      maw={420}
      label="What is kept"
      data={modes}
      value={value}
      onChange={(mode) => mode && onChange(mode as TableSelection['mode'])}
    />
  )
}
