import { Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

interface Props {
  readonly title: string
  /** Stands before the title: where the page belongs. */
  readonly above?: ReactNode
  readonly about?: ReactNode
  readonly actions?: ReactNode
  readonly narrow?: boolean
  readonly children: ReactNode
}

/** A page's frame: its one heading, what it is about, what can be done. */
export function Page({ title, above, about, actions, narrow = false, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Sluice`
  }, [title])
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      <header className={classes.header}>
        <div className={classes.heading}>
          {above && <div className={classes.above}>{above}</div>}
          <Title order={1}>{title}</Title>
          {about && <div className={classes.about}>{about}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
