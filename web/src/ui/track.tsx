import { Bar } from './bar.tsx'

interface Props {
  readonly name: string
  /** Null while nobody knows. */
  readonly fraction: number | null
  readonly status: string
}

/** How much of something is done. */
export function Track({ name, fraction, status }: Props) {
  const percent = fraction === null ? undefined : Math.round(100 * fraction)
  const open = percent === undefined && status === 'running'
  return (
    <div
      style={{ width: 120 }}
      role="progressbar"
      aria-label={`${name}: ${percent === undefined ? status : `${percent}%`}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <Bar share={fraction ?? (open ? 0.3 : 0)} tone={tones[status]} open={open} />
    </div>
  )
}

const tones: Readonly<Record<string, 'good' | 'bad'>> = { ok: 'good', failed: 'bad' }
