import classes from './track.module.css'

interface Props {
  readonly name: string
  /** Null while nobody knows. */
  readonly fraction: number | null
  readonly status: string
}

/** How much of something is done. */
export function Track({ name, fraction, status }: Props) {
  const percent = fraction === null ? undefined : Math.round(100 * fraction)
  return (
    <div
      className={classes.track}
      role="progressbar"
      aria-label={`${name}: ${percent === undefined ? status : `${percent}%`}`}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <div
        className={classes.fill}
        data-status={status}
        data-open={(percent === undefined && status === 'running') || undefined}
        style={{ width: `${percent ?? (status === 'running' ? 30 : 0)}%` }}
      />
    </div>
  )
}
