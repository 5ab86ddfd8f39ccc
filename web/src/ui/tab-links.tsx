import { Link, type LinkProps } from '@tanstack/react-router'
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
  return (
    <nav aria-label={label} className={classes.tabs}>
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
