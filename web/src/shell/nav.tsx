import { Link, useRouterState } from '@tanstack/react-router'
import { Activity, Bell, Cable, Database, KeyRound, ScrollText, Users } from 'lucide-react'
import { useMay } from '../access/use-may.ts'
import { Mark } from './mark.tsx'
import classes from './nav.module.css'
import { UserMenu } from './user-menu.tsx'

const places = [
  { to: '/', label: 'Integrations', icon: Cable, exact: false },
  { to: '/warehouses', label: 'Warehouses', icon: Database, exact: false },
  { to: '/alerts', label: 'Alerts', icon: Bell, exact: false },
] as const

const upkeep = [
  { to: '/users', label: 'Users', icon: Users, needs: 'admin' },
  { to: '/tokens', label: 'API tokens', icon: KeyRound, needs: 'viewer' },
  { to: '/audit', label: 'Audit log', icon: ScrollText, needs: 'admin' },
  { to: '/system', label: 'System', icon: Activity, needs: 'viewer' },
] as const

/** Where one can go; what a role may not see is not offered. */
export function Nav() {
  const may = useMay()
  // An integration and a run of it belong to the first of the places.
  const within = useRouterState({
    select: ({ location }) => /^\/(integrations|runs)\//.test(location.pathname),
  })
  return (
    <div className={classes.nav}>
      <div className={classes.head}>
        <Mark />
      </div>
      <nav aria-label="Main">
        <ul className={classes.list}>
          {places.map(({ to, label, icon: Icon }) => (
            <li key={to}>
              <Link
                to={to}
                className={classes.link}
                data-within={(to === '/' && within) || undefined}
                activeOptions={{ exact: to === '/' }}
              >
                <Icon size={16} aria-hidden /> {label}
              </Link>
            </li>
          ))}
        </ul>
        <p className={classes.group}>Administration</p>
        <ul className={classes.list}>
          {upkeep
            .filter(({ needs }) => may(needs))
            .map(({ to, label, icon: Icon }) => (
              <li key={to}>
                <Link to={to} className={classes.link}>
                  <Icon size={16} aria-hidden /> {label}
                </Link>
              </li>
            ))}
        </ul>
      </nav>
      <UserMenu />
    </div>
  )
}
