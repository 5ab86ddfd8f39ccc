import {
  Circle,
  CircleCheck,
  CirclePause,
  CircleSlash,
  CircleX,
  LoaderCircle,
  TriangleAlert,
} from 'lucide-react'
import classes from './status.module.css'
import { toneOf, wordOf } from './tone.ts'

const icons = { good: CircleCheck, warn: TriangleAlert, bad: CircleX, busy: LoaderCircle, idle: Circle }
const own: Readonly<Record<string, typeof Circle>> = {
  paused: CirclePause,
  cancelled: CircleSlash,
  unavailable: CircleSlash,
  deleted: CircleSlash,
}

interface Props {
  readonly status: string
  /** What to say instead of the status' own word. */
  readonly label?: string
  readonly iconOnly?: boolean
  readonly pill?: boolean
}

/** A status as colour, shape and word: never by colour alone. */
export function Status({ status, label, iconOnly = false, pill = false }: Props) {
  const tone = toneOf(status)
  const Icon = own[status] ?? icons[tone]
  const word = label ?? wordOf(status)
  return (
    <span className={classes.status} data-tone={tone} data-pill={pill || undefined}>
      <Icon
        size={14}
        strokeWidth={2.2}
        aria-hidden
        className={tone === 'busy' ? classes.turning : undefined}
      />
      <span className={iconOnly ? 'visually-hidden' : undefined}>{word}</span>
    </span>
  )
}
