import classes from './bar.module.css'

interface Props {
  /** Of the whole, from 0 to 1. */
  readonly share: number
  readonly tone?: 'good' | 'warn' | 'bad' | undefined
  /** How far it goes is not known: it flows. */
  readonly open?: boolean
  /** Without the ground that says where the whole ends. */
  readonly bare?: boolean
}

/** A part of a whole. What it says stands beside it in words. */
export function Bar({ share, tone, open = false, bare = false }: Props) {
  return (
    <div aria-hidden className={classes.bar} data-bare={bare || undefined}>
      {share > 0 && (
        <div
          className={classes.fill}
          data-tone={tone}
          data-open={open || undefined}
          style={{ width: `${100 * Math.min(1, share)}%` }}
        />
      )}
    </div>
  )
}
