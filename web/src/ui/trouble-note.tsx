import { CircleCheck, CircleX, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './trouble-note.module.css'

interface Props {
  readonly tone?: 'bad' | 'warn' | 'info' | 'good'
  readonly title: ReactNode
  readonly cure?: ReactNode
  readonly action?: ReactNode
}

const icons = { bad: CircleX, warn: TriangleAlert, info: Info, good: CircleCheck }

/** What is wrong (or well), and below it what to do about it. */
export function TroubleNote({ tone = 'bad', title, cure, action }: Props) {
  const Icon = icons[tone]
  return (
    <div className={classes.note} data-tone={tone} role={tone === 'bad' ? 'alert' : 'note'}>
      <Icon size={16} aria-hidden className={classes.icon} />
      <div className={classes.text}>
        <div className={classes.title}>{title}</div>
        {cure && <div className={classes.cure}>{cure}</div>}
      </div>
      {action}
    </div>
  )
}
