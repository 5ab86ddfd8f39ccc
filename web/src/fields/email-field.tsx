import { TextInput } from '@mantine/core'

interface Props {
  readonly value: string
  /** Absent where the address is given and stays. */
  readonly onChange?: ((email: string) => void) | undefined
  readonly autoFocus?: boolean
  /** Of somebody else: the browser does not fill in one's own. */
  readonly other?: boolean
}

export function EmailField({ value, onChange, autoFocus = false, other = false }: Props) {
  return (
    <TextInput
      label="E-mail"
      type="email"
      name="email"
      autoComplete={other ? 'off' : 'username'}
      required
      autoFocus={autoFocus}
      data-autofocus={other || undefined}
      readOnly={onChange === undefined}
      value={value}
      onChange={(event) => onChange?.(event.currentTarget.value)}
    />
  )
}
