import { Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'
import classes from './panel.module.css'

interface Props {
  readonly title?: string
  readonly about?: ReactNode
  readonly actions?: ReactNode
  /** Without room around what is inside: a table, a log. */
  readonly flush?: boolean
  readonly children: ReactNode
}

/** A surface with a line around it, and a heading if it needs one. */
export function Panel({ title, about, actions, flush = false, children }: Props) {
  const id = useId()
  return (
    <section className={classes.panel} aria-labelledby={title ? id : undefined}>
      {(title || actions) && (
        <div className={classes.head}>
          <div>
            {title && (
              <Title order={2} id={id} className={classes.title}>
                {title}
              </Title>
            )}
            {about && <p className={classes.about}>{about}</p>}
          </div>
          {actions && <div className={classes.actions}>{actions}</div>}
        </div>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
