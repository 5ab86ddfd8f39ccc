import { TagsInput } from '@mantine/core'
import type { CatalogStreamDetail, TableSelection } from '../api/types.ts'
import classes from './picker.module.css'

interface Props {
  readonly table: TableSelection
  readonly columns: CatalogStreamDetail['columns']
  readonly onChange: (table: TableSelection) => void
}

/** Parts of JSON fields that are left out or hashed: `metadata.tax_number`. */
export function PartsField({ table, columns, onChange }: Props) {
  const isColumn = new Set(columns.map(({ name }) => name))
  const chosen = (of: 'drop' | 'hash') => ({
    value: table[of].filter((place) => !isColumn.has(place)),
    onChange: (places: string[]) =>
      onChange({ ...table, [of]: [...table[of].filter((place) => isColumn.has(place)), ...places] }),
  })
  const offered = columns.flatMap(({ parts }) => parts)
  const about = new Map(offered.map(({ name, description }) => [name, description]))
  const suggested = {
    data: offered.map(({ name }) => name),
    limit: 100,
    maxDropdownHeight: 320,
    renderOption: ({ option }: { readonly option: { readonly value: string } }) => (
      <div className={classes.part}>
        <code>{option.value}</code>
        <span>{about.get(option.value)}</span>
      </div>
    ),
  }
  const json = columns.find(({ type }) => type === 'json')?.name ?? 'metadata'
  return (
    <>
      <TagsInput
        mt="md"
        size="sm"
        maw={420}
        label="Nested fields to leave out"
        placeholder={`${json}.note`}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear' }}
        {...suggested}
        {...chosen('drop')}
      />
      <TagsInput
        mt="sm"
        size="sm"
        maw={420}
        label="Nested fields to hash"
        placeholder={`${json}.tax_number`}
        clearable
        clearButtonProps={{ 'aria-label': 'Clear' }}
        {...suggested}
        {...chosen('hash')}
      />
    </>
  )
}
