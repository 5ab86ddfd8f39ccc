import { useEffect, useRef, useState } from 'react'

const step = 60

/** The first rows of a long list; more as its end comes into view. */
export function useWindowed<T>(rows: readonly T[]) {
  const [count, setCount] = useState(step)
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = end.current
    if (!element || count >= rows.length) return
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) setCount((before) => before + step)
      },
      { rootMargin: '600px' },
    )
    observer.observe(element)
    return () => observer.disconnect()
  }, [count, rows.length])
  return { shown: rows.slice(0, count), end }
}
