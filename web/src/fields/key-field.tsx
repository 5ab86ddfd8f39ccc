import { PasswordInput } from '@mantine/core'

interface Props {
  readonly label: string
  readonly value: string
  readonly onChange: (key: string) => void
}

/** A key of Stripe's. It is never kept in the browser. */
export function KeyField({ label, value, onChange }: Props) {
  return (
    <PasswordInput
      label={label}
      placeholder="rk_live_…"
      required
      autoComplete="off"
      spellCheck={false}
      classNames={{ innerInput: 'mono' }}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
