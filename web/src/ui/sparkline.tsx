import classes from './sparkline.module.css'
import { toneOf } from './tone.ts'

export interface Spark {
  readonly key: string
  readonly value: number
  readonly status: string
}

interface Props {
  readonly points: readonly Spark[]
  readonly label: string
  readonly slots?: number
}

const width = 5
const gap = 2
const height = 24

/** A bar for each run, newest at the right; the colour is the run's status, a run without rows is a dot on the line. */
export function Sparkline({ points, label, slots = 12 }: Props) {
  const shown = points.slice(-slots)
  const most = Math.max(1, ...shown.map(({ value }) => value))
  const left = (slots - shown.length) * (width + gap)
  return (
    <svg
      role="img"
      aria-label={label}
      width={slots * (width + gap) - gap}
      height={height}
      className={classes.spark}
    >
      {shown.map(({ key, value, status }, index) => {
        // The square root, so that the first run doesn't flatten all that follow.
        const tall = Math.max(2, Math.sqrt(value / most) * height)
        return (
          <rect
            key={key}
            x={left + index * (width + gap)}
            y={height - tall}
            width={width}
            height={tall}
            rx={1}
            data-tone={toneOf(status)}
          />
        )
      })}
    </svg>
  )
}
