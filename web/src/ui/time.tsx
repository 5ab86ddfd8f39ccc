import { Tooltip } from '@mantine/core'
import { localTime, relative, utcTime } from './format.ts'
import { useNow } from './use-now.ts'

interface Props {
  readonly at: string | null
  /** As a distance from now; otherwise date and time. */
  readonly ago?: boolean
  readonly none?: string
}

/** A moment in the viewer's zone, with UTC on hover and focus. */
export function Time({ at, ago = false, none = 'never' }: Props) {
  const now = useNow()
  if (at === null) return <span>{none}</span>
  const time = Date.parse(at)
  return (
    <Tooltip label={ago ? `${localTime(time)} · ${utcTime(time)}` : utcTime(time)}>
      <time dateTime={at} className="num">
        {ago ? relative(time, Math.max(now, Date.now() - 10_000)) : localTime(time)}
      </time>
    </Tooltip>
  )
}
