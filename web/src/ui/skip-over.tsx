import { type ReactNode, useRef } from 'react'
import classes from './skip-over.module.css'

interface Props {
  readonly label: string
  readonly children: ReactNode
}

/** Something with hundreds of stops for the keyboard, and a way past it; seen by who comes to it by keyboard. */
export function SkipOver({ label, children }: Props) {
  const end = useRef<HTMLDivElement>(null)
  return (
    <>
      <button type="button" className={classes.skip} onClick={() => end.current?.focus()}>
        {label}
      </button>
      {children}
      <div ref={end} tabIndex={-1} className={classes.end} />
    </>
  )
}
