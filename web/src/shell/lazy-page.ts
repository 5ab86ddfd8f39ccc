import { lazyRouteComponent } from '@tanstack/react-router'
import { whenOnline } from '../ui/when-online.ts'

/** A page that is loaded when it is first opened; offline, when the line is back. */
export const page: typeof lazyRouteComponent = (load, name) =>
  lazyRouteComponent(() => whenOnline(load), name)
