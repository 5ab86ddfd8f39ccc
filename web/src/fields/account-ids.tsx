import { TagsInput } from '@mantine/core'

interface Props {
  readonly value: readonly string[]
  readonly error?: string | undefined
  readonly onChange: (accounts: string[]) => void
}

/** Accounts by their ids. */
export function AccountIds({ value, error, onChange }: Props) {
  return (
    <TagsInput
      label="Account ids"
      description="Enter after each"
      placeholder="acct_…"
      acceptValueOnBlur
      splitChars={[',', ' ']}
      clearable
      clearButtonProps={{ 'aria-label': 'Clear' }}
      value={[...value]}
      error={error}
      onChange={onChange}
    />
  )
}
