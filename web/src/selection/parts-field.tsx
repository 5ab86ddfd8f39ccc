import { TagsInput } from '@mantine/core'
import type { TableSelection } from '../api/types.ts'
import type { Place } from './places.ts'

interface Props {
  readonly table: TableSelection
  readonly places: readonly Place[]
  readonly onChange: (table: TableSelection) => void
}

/** Keys of one's own, which no list of Stripe's fields has: `metadata.tax_number`. They are left out or hashed by name. */
export function PartsField({ table, places, onChange }: Props) {
  const listed = new Set(places.map(({ name }) => name))
  const json = places.find(({ name }) => name === 'metadata') ?? places.find(({ type }) => type === 'json')
  if (!json) return null
  const chosen = (of: 'drop' | 'hash') => ({
    value: table[of].filter((place) => !listed.has(place)),
    onChange: (names: string[]) =>
      onChange({ ...table, [of]: [...table[of].filter((place) => listed.has(place)), ...names] }),
    maw: 420,
    clearable: true,
    clearButtonProps: { 'aria-label': 'Clear' },
  })
  return (
    <>
      <TagsInput
        mt="md"
        label="Your own keys to leave out"
        description={`Of fields that hold what you put there, such as ${json.name}`}
        placeholder={`${json.name}.note`}
        {...chosen('drop')}
      />
      <TagsInput
        mt="sm"
        label="Your own keys to hash"
        placeholder={`${json.name}.tax_number`}
        {...chosen('hash')}
      />
    </>
  )
}
