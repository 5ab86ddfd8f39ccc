const whole = new Intl.NumberFormat('en-US')
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 })

/** `12,345`. */
export function exact(value: number): string {
  return whole.format(value)
}

/** `12,345` up to a hundred thousand, then `1.2M`. */
export function compact(value: number): string {
  return value < 100_000 ? whole.format(value) : short.format(value)
}

/** `1 table`, `2 tables`. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${whole.format(value)} ${value === 1 ? one : many}`
}

/** `850 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ms`
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min${seconds % 60 >= 1 ? ` ${Math.floor(seconds % 60)} s` : ''}`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return `${hours} h${minutes % 60 ? ` ${minutes % 60} min` : ''}`
  return `${Math.floor(hours / 24)} days`
}

/** `15 minutes`, `24 hours`, `7 days`. */
export function minutesText(minutes: number): string {
  if (minutes % 1_440 === 0 && minutes > 1_440) return counted(minutes / 1_440, 'day')
  if (minutes % 60 === 0) return counted(minutes / 60, 'hour')
  return counted(minutes, 'minute')
}

/** `just now`, `5 min ago`, `in 3 h`. */
export function relative(time: number, now: number): string {
  const seconds = Math.abs(time - now) / 1_000
  if (seconds < 45) return time > now ? 'in a moment' : 'just now'
  const [count, unit] =
    seconds < 3_570
      ? [Math.max(1, Math.round(seconds / 60)), 'min']
      : seconds < 2 * 86_400
        ? [Math.round(seconds / 3_600), 'h']
        : [Math.round(seconds / 86_400), 'd']
  return time > now ? `in ${count} ${unit}` : `${count} ${unit} ago`
}

const parts = {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
} as const
const { hour, minute, second, hourCycle } = parts
const clock = new Intl.DateTimeFormat(undefined, { hour, minute, second, hourCycle })
const thisYear = new Intl.DateTimeFormat(undefined, parts)
const anyYear = new Intl.DateTimeFormat(undefined, { ...parts, year: 'numeric' })

/** In the viewer's own zone; with the year where it is another one. */
export function localTime(time: number): string {
  const same = new Date(time).getFullYear() === new Date().getFullYear()
  return (same ? thisYear : anyYear).format(time)
}

/** Hours, minutes and seconds in the viewer's own zone. */
export function clockTime(time: number): string {
  return clock.format(time)
}

/** In the viewer's own zone. */
export function sameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString()
}

/** `2026-11-28 01:02:03 UTC`. */
export function utcTime(time: number): string {
  return `${new Date(time).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}
