import { PasswordInput } from '@mantine/core'

interface Props {
  readonly label: string
  readonly autoFocus?: boolean
  readonly value: string
  readonly onChange: (password: string) => void
}

/** A password that is chosen. The service has the last word on what it must be. */
export function NewPassword({ label, autoFocus = false, value, onChange }: Props) {
  return (
    <PasswordInput
      label={label}
      description="At least 10 characters"
      name="password"
      autoComplete="new-password"
      minLength={10}
      required
      autoFocus={autoFocus}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
