import { ActionIcon } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Outlet, useRouterState } from '@tanstack/react-router'
import { Menu as MenuIcon } from 'lucide-react'
import { useEffect } from 'react'
import { later } from '../ui/later.tsx'
import { Mark } from './mark.tsx'
import { Nav } from './nav.tsx'
import { OfflineBar } from './offline-bar.tsx'
import classes from './shell.module.css'

const NavDrawer = later(
  async () => (await import('./nav-drawer.tsx')).NavDrawer,
  ({ opened }) => opened,
)

/** The frame of all pages: navigation at the side, or behind a button where there is no room. */
export function Shell() {
  const [opened, { open, close }] = useDisclosure(false)
  const path = useRouterState({ select: ({ location }) => location.pathname })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page closes it
  useEffect(close, [path])
  return (
    <div className={classes.shell}>
      <a href="#content" className={classes.skip}>
        Skip to the content
      </a>
      <aside className={classes.side}>
        <Nav />
      </aside>
      <header className={classes.bar}>
        <ActionIcon onClick={open} aria-label="Open the navigation" size="lg">
          <MenuIcon size={20} aria-hidden />
        </ActionIcon>
        <Mark />
      </header>
      <NavDrawer opened={opened} onClose={close} />
      <main id="content" tabIndex={-1} className={classes.content}>
        <OfflineBar />
        <Outlet />
      </main>
    </div>
  )
}
