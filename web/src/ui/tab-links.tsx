import { Link, type LinkProps, useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useMay } from '../access/use-may.ts'
import type { Role } from '../api/types.ts'
import classes from './tab-links.module.css'

interface Props {
  readonly label: string
  readonly tabs: readonly { readonly to: LinkProps['to']; readonly label: string; readonly needs?: Role }[]
  readonly params: { readonly id: string }
}

/** Tabs that are addresses of their own. */
export function TabLinks({ label, tabs, params }: Props) {
  const may = useMay()
  const nav = useRef<HTMLElement>(null)
  const { pathname } = useLocation()
  // On a phone they are wider than the screen: the open one is in view.
  useEffect(() => {
    const tab = nav.current?.querySelector<HTMLElement>(`[href="${pathname}"]`)
    if (nav.current && tab) nav.current.scrollLeft = tab.offsetLeft - nav.current.offsetLeft - 40
  }, [pathname])
  return (
    <nav ref={nav} aria-label={label} className={classes.tabs}>
      {tabs
        .filter(({ needs }) => needs === undefined || may(needs))
        .map(({ to, label: text }) => (
          <Link
            key={text}
            to={to as '/integrations/$id'}
            params={params}
            activeOptions={{ exact: true }}
            className={classes.tab}
          >
            {text}
          </Link>
        ))}
    </nav>
  )
}
