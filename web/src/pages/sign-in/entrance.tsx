import { Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import { Mark } from '../../shell/mark.tsx'
import classes from './entrance.module.css'

interface Props {
  readonly title: string
  readonly about: ReactNode
  readonly children: ReactNode
}

/** The frame of the pages before one is signed in. */
export function Entrance({ title, about, children }: Props) {
  useEffect(() => {
    document.title = `${title} · Sluice`
  }, [title])
  return (
    <main className={classes.entrance}>
      <div className={classes.card}>
        <Mark />
        <Title order={1} mt="lg">
          {title}
        </Title>
        <p className={classes.about}>{about}</p>
        {children}
      </div>
      <p className={classes.foot}>Your key, your machine, your warehouse.</p>
    </main>
  )
}
