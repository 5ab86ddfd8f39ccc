import { ChevronRight, EyeOff, KeyRound, UserRound } from 'lucide-react'
import { memo } from 'react'
import { counted } from '../ui/format.ts'
import { isFixed } from './choose.ts'
import classes from './picker.module.css'
import type { Place, PlaceState } from './places.ts'

interface Props {
  readonly place: Place
  /** Pixels from the top of the list. */
  readonly top: number
  readonly state: PlaceState
  /** It is as what it is nested in. */
  readonly inherited: boolean
  /** What is nested in it is shown. */
  readonly open: boolean
  /** These are always the same functions: a row is drawn anew only when it changes. */
  readonly onOpen: (name: string) => void
  readonly onTake: (name: string, take: boolean) => void
  readonly onHash: (name: string, hash: boolean) => void
}

export const FieldRow = memo(function FieldRow(props: Props) {
  const { place, top, state, inherited, open, onOpen, onTake, onHash } = props
  const { name, label, depth, type, description, inner } = place
  const fixed = depth === 0 && isFixed(place.column)
  return (
    <div className={classes.field} style={{ top, paddingLeft: 16 + 22 * depth }}>
      <span className={classes.name}>
        <label className={classes.label}>
          <input
            type="checkbox"
            aria-label={name}
            aria-describedby={description ? `about-${name}` : undefined}
            checked={state !== 'left'}
            disabled={fixed || inherited}
            onChange={(event) => onTake(name, event.currentTarget.checked)}
          />
          <code>{label}</code>
        </label>
        {inner > 0 && (
          <button
            type="button"
            className={classes.opener}
            aria-expanded={open}
            aria-label={`${inner} in ${name}`}
            title={counted(inner, 'nested field')}
            onClick={() => onOpen(name)}
          >
            <ChevronRight size={12} aria-hidden /> {inner}
          </button>
        )}
      </span>
      <span id={`about-${name}`} className={classes.saying} data-type={type} title={description ?? undefined}>
        {description}
      </span>
      <span className={classes.type}>{type}</span>
      <Hint place={place} />
      {fixed || name === '_extra' ? (
        <span />
      ) : (
        <label className={classes.hash}>
          <input
            type="checkbox"
            aria-label={`Hash ${name}`}
            checked={state === 'hashed'}
            disabled={state === 'left' || inherited}
            onChange={(event) => onHash(name, event.currentTarget.checked)}
          />
          Hash
        </label>
      )}
    </div>
  )
})

function Hint({ place: { depth, column, personal } }: { readonly place: Place }) {
  if (depth === 0 && column.key)
    return (
      <span className={classes.type}>
        <KeyRound size={12} aria-hidden /> key
      </span>
    )
  if (depth === 0 && column.withheld)
    return (
      <span className={classes.hint} title="A secret: left out unless you tick it">
        <EyeOff size={12} aria-hidden /> <span>secret</span>
      </span>
    )
  if (personal)
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
