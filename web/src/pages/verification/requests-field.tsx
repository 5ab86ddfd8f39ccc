import { NumberField } from '../../fields/number-field.tsx'

interface Props {
  readonly description: string
  /** Null for as many as it takes. */
  readonly value: number | null
  readonly error?: string | undefined
  readonly onChange: (most: number | null) => void
}

/** How many requests a verification may make. */
export function RequestsField(props: Props) {
  return <NumberField label="Requests at most" placeholder="No limit" {...props} />
}
