import { useNetwork } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { CloudOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { Problem } from '../api/problem.ts'
import classes from './offline-bar.module.css'

/** Told while the service can't be reached: what is shown may be old, and comes right by itself. */
export function OfflineBar() {
  const { online } = useNetwork()
  const cache = useQueryClient().getQueryCache()
  const unreachable = useSyncExternalStore(
    (listener) => cache.subscribe(listener),
    () =>
      cache
        .getAll()
        .some(({ state, isActive }) => state.error instanceof Problem && state.error.offline && isActive),
  )
  if (online && !unreachable) return null
  return (
    <div className={classes.bar} role="status">
      <CloudOff size={14} aria-hidden />
      {online
        ? "The service can't be reached. What you see may be old; it is asked again by itself."
        : 'You are offline. What you see may be old; what you do now is sent when you are back.'}
    </div>
  )
}
