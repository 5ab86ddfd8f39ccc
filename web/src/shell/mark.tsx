import classes from './mark.module.css'

/** The name with its sign: a gate with water behind it. */
export function Mark() {
  return (
    <span className={classes.mark}>
      <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
        <rect width="32" height="32" rx="8" className={classes.ground} />
        <g fill="none" stroke="#fff" strokeWidth="2.5" strokeLinecap="round">
          <path d="M8 8v16M24 8v16" />
          <path d="M8 12.5c2.7-2.4 5.3-2.4 8 0s5.3 2.4 8 0M8 18.5c2.7-2.4 5.3-2.4 8 0s5.3 2.4 8 0" />
        </g>
      </svg>
      Sluice
    </span>
  )
}
