import { type ComponentType, useEffect, useSyncExternalStore } from 'react'

/** When a page has come to rest, in milliseconds. */
const rest = 3_000

/**
 * A part that nobody sees at first: a dialog, messages. It is loaded when the page has come to rest, so that it is there
 * without a line to the service, too; or before, when it is wanted. Until then it is nothing.
 */
export function later<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  wanted: (props: Props) => boolean = () => true,
): ComponentType<Props> {
  const listeners = new Set<() => void>()
  let loaded: ComponentType<Props> | undefined
  let loading = false
  function begin() {
    if (loaded || loading) return
    loading = true
    load().then(
      (part) => {
        loaded = part
        for (const listener of listeners) listener()
      },
      // No line: it is tried again until there is one.
      () => {
        loading = false
        setTimeout(begin, rest)
      },
    )
  }
  setTimeout(begin, rest)
  function subscribe(listener: () => void) {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each part, as a module is loaded
  return function Later(props: Props) {
    const Part = useSyncExternalStore(subscribe, () => loaded)
    const now = wanted(props)
    useEffect(() => {
      if (now) begin()
    }, [now])
    return Part ? <Part {...props} /> : null
  }
}
