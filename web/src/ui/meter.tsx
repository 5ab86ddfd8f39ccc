import { Bar } from './bar.tsx'
import classes from './meter.module.css'

interface Props {
  readonly label: string
  readonly value: number
  readonly most: number
  readonly text: string
  /** Being full is no trouble. */
  readonly calm?: boolean
}

/** How much of something is used, in words and as a bar: it is full at the most there may be, and warns from four fifths on. */
export function Meter({ label, value, most, text, calm = false }: Props) {
  const share = most > 0 ? Math.min(1, value / most) : 1
  return (
    <div className={classes.meter}>
      <div className={classes.words}>
        <span>{label}</span>
        <span>{text}</span>
      </div>
      <Bar share={share} tone={share >= 0.8 && !calm ? 'warn' : undefined} />
    </div>
  )
}
