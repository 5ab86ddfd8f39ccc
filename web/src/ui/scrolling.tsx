import { type ReactNode, useEffect, useRef, useState } from 'react'
import classes from './scrolling.module.css'

interface Props {
  readonly label: string
  readonly children: ReactNode
}

/** What may be wider than its place: it scrolls by itself, and while it does it can be reached by keyboard. */
export function Scrolling({ label, children }: Props) {
  const place = useRef<HTMLElement>(null)
  const [wide, setWide] = useState(false)
  useEffect(() => {
    const element = place.current
    if (!element) return
    const observer = new ResizeObserver(() => setWide(element.scrollWidth > element.clientWidth))
    observer.observe(element)
    if (element.firstElementChild) observer.observe(element.firstElementChild)
    return () => observer.disconnect()
  }, [])
  return (
    <section
      ref={place}
      className={classes.scrolling}
      aria-label={wide ? `${label}, scrolls sideways` : undefined}
      // What scrolls must be reached by keyboard.
      tabIndex={wide ? 0 : undefined}
    >
      {children}
    </section>
  )
}
