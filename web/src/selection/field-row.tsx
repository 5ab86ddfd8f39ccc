import { EyeOff, KeyRound, UserRound } from 'lucide-react'
import { memo } from 'react'
import type { CatalogStreamDetail } from '../api/types.ts'
import { isFixed } from './choose.ts'
import classes from './picker.module.css'

type Column = CatalogStreamDetail['columns'][number]

interface Props {
  readonly column: Column
  /** Pixels from the top of the list. */
  readonly top: number
  readonly taken: boolean
  readonly hashed: boolean
  /** Both are always the same function: a row is drawn anew only when it changes. */
  readonly onTake: (name: string, take: boolean) => void
  readonly onHash: (name: string, hash: boolean) => void
}

export const FieldRow = memo(function FieldRow({ column, top, taken, hashed, onTake, onHash }: Props) {
  const { name, type, description } = column
  return (
    <div className={classes.field} style={{ top }}>
      <label className={classes.label}>
        <input
          type="checkbox"
          aria-label={name}
          aria-describedby={description ? `about-${name}` : undefined}
          checked={taken}
          disabled={isFixed(column)}
          onChange={(event) => onTake(name, event.currentTarget.checked)}
        />
        <code>{name}</code>
      </label>
      {description && (
        <span id={`about-${name}`} className={classes.saying} title={description}>
          {description}
        </span>
      )}
      <span className={classes.type}>{type}</span>
      <Hint column={column} />
      {isFixed(column) ? (
        <span />
      ) : (
        <label className={classes.hash}>
          <input
            type="checkbox"
            aria-label={`Hash ${name}`}
            checked={hashed}
            disabled={!taken || name === '_extra'}
            onChange={(event) => onHash(name, event.currentTarget.checked)}
          />
          Hash
        </label>
      )}
    </div>
  )
})

function Hint({ column }: { readonly column: Column }) {
  if (column.key)
    return (
      <span className={classes.type}>
        <KeyRound size={12} aria-hidden /> key
      </span>
    )
  if (column.withheld)
    return (
      <span className={classes.hint} title="A secret: left out unless you tick it">
        <EyeOff size={12} aria-hidden /> <span>secret</span>
      </span>
    )
  if (column.personal)
    return (
      <span
        className={classes.hint}
        title="May hold what identifies a person: think of hashing it or leaving it out"
      >
        <UserRound size={12} aria-hidden /> <span>personal</span>
      </span>
    )
  return <span />
}
