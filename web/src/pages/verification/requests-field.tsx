import { NumberInput } from '@mantine/core'

interface Props {
  readonly description: string
  /** Null for as many as it takes. */
  readonly value: number | null
  readonly error?: string | undefined
  readonly onChange: (most: number | null) => void
}

/** How many requests a verification may make. */
export function RequestsField({ value, onChange, ...rest }: Props) {
  return (
    <NumberInput
      label="Requests at most"
      placeholder="No limit"
      min={1}
      max={999_999_999}
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      value={value ?? ''}
      onChange={(most) => onChange(most === '' ? null : Number(most))}
      {...rest}
    />
  )
}
