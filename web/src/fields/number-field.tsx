import { TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  readonly label: string
  readonly description?: string
  readonly placeholder?: string
  /** Stands behind the number. */
  readonly unit?: string
  readonly required?: boolean
  readonly w?: number
  readonly mt?: string
  /** Null while nothing is written. */
  readonly value: number | null
  readonly error?: ReactNode
  readonly onChange: (value: number | null) => void
}

/** A whole number that is not negative. */
export function NumberField({ unit, value, onChange, ...rest }: Props) {
  return (
    <TextInput
      inputMode="numeric"
      autoComplete="off"
      maxLength={9}
      value={value ?? ''}
      onChange={(event) => {
        const digits = event.currentTarget.value.replace(/\D/g, '')
        onChange(digits === '' ? null : Number(digits))
      }}
      {...(unit ? { rightSection: unit, rightSectionWidth: 56, rightSectionPointerEvents: 'none' } : {})}
      {...rest}
    />
  )
}
