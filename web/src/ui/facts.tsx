import type { ReactNode } from 'react'
import classes from './facts.module.css'

interface Props {
  readonly facts: readonly (readonly [term: string, fact: ReactNode])[]
}

/** A few figures side by side, each under its name. */
export function Facts({ facts }: Props) {
  return (
    <dl className={classes.facts}>
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}
