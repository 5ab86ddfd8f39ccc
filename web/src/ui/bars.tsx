import { Bar } from './bar.tsx'
import classes from './bars.module.css'
import { compact } from './format.ts'

interface Props {
  readonly label: string
  readonly bars: readonly { readonly name: string; readonly value: number }[]
  readonly text?: (value: number) => string
}

/** Quantities side by side, the largest first. */
export function Bars({ label, bars, text = compact }: Props) {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const sorted = [...bars].sort((a, b) => b.value - a.value)
  return (
    <ul className={classes.bars} aria-label={label}>
      {sorted.map(({ name, value }) => (
        <li key={name}>
          <code>{name}</code>
          <Bar share={value / most} bare />
          <span className={classes.value}>{text(value)}</span>
        </li>
      ))}
    </ul>
  )
}
