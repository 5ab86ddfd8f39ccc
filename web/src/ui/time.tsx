import { Tooltip } from '@mantine/core'
import { clockTime, localTime, relative, sameDay, utcTime } from './format.ts'
import { useNow } from './use-now.ts'

interface Props {
  readonly at: string | null
  /** As a distance from now; otherwise date and time. */
  readonly ago?: boolean
  /** On the day of this moment the hours are enough. */
  readonly day?: string | null
  readonly none?: string
}

/** A moment in the viewer's zone, with UTC on hover and focus. */
export function Time({ at, ago = false, day = null, none = 'never' }: Props) {
  const now = useNow()
  if (at === null) return <span>{none}</span>
  const time = Date.parse(at)
  // The time that is told again every ten seconds may be behind what has just happened.
  const real = Date.now()
  const moment = time <= real ? Math.max(now, time, real - 10_000) : Math.max(now, real - 10_000)
  const short = day !== null && sameDay(time, Date.parse(day))
  return (
    <Tooltip label={ago || short ? `${localTime(time)} · ${utcTime(time)}` : utcTime(time)}>
      <time dateTime={at} className="num">
        {ago ? relative(time, moment) : short ? clockTime(time) : localTime(time)}
      </time>
    </Tooltip>
  )
}
