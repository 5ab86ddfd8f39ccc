import { UnstyledButton } from '@mantine/core'
import { useState } from 'react'
import type { TableSelection } from '../api/types.ts'
import { replaced } from './choose.ts'
import { FieldPicker } from './field-picker.tsx'
import classes from './picker.module.css'

interface Props {
  readonly value: readonly TableSelection[]
  readonly onChange: (tables: readonly TableSelection[]) => void
}

/** The chosen tables at the side, the fields of one beside them. */
export function FieldsByTable({ value, onChange }: Props) {
  const [name, setName] = useState(value[0]?.name)
  const open = value.find((table) => table.name === name) ?? value[0]
  return (
    <div className={classes.split}>
      <nav className={classes.side} aria-label="Chosen tables">
        {value.map((table) => (
          <UnstyledButton
            key={table.name}
            className={classes.tab}
            aria-current={table === open}
            onClick={() => setName(table.name)}
          >
            <code>{table.name}</code>
            <span className={classes.type}>{summary(table)}</span>
          </UnstyledButton>
        ))}
      </nav>
      <div>
        {open && (
          <FieldPicker key={open.name} table={open} onChange={(table) => onChange(replaced(value, table))} />
        )}
      </div>
    </div>
  )
}

function summary({ fields, drop, hash }: TableSelection): string {
  const parts = [
    fields === null ? (drop.length > 0 ? `−${drop.length}` : 'all') : String(fields.length),
    hash.length > 0 ? `#${hash.length}` : '',
  ]
  return parts.filter(Boolean).join(' ')
}
