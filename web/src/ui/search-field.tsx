import { TextInput, type TextInputProps } from '@mantine/core'
import { Search } from 'lucide-react'

interface Props extends Pick<TextInputProps, 'mb' | 'maw'> {
  /** For who does not see the magnifier. */
  readonly label: string
  /** What may be searched for. */
  readonly hint: string
  readonly value: string
  readonly onChange: (text: string) => void
}

/** Narrows what is shown beside it. */
export function SearchField({ label, hint, onChange, ...rest }: Props) {
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      leftSection={<Search size={14} aria-hidden />}
      onChange={(event) => onChange(event.currentTarget.value)}
      {...rest}
    />
  )
}
