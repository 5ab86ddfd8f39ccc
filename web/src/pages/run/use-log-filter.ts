import { useMemo, useRef, useState, useSyncExternalStore } from 'react'
import type { LogLine } from '../../api/types.ts'
import type { LogStore } from './log-store.ts'

const levels = ['debug', 'info', 'warn', 'error'] as const
type Level = (typeof levels)[number]

export interface LogFilter {
  readonly level: Level
  readonly stream: string | null
  readonly text: string
}

interface Seen {
  readonly key: string
  until: number
  readonly shown: LogLine[]
}

/** The lines that fit. What was looked at before is not looked at again as more come. */
export function useLogFilter(log: LogStore) {
  const [filter, setFilter] = useState<LogFilter>({ level: 'info', stream: null, text: '' })
  const version = useSyncExternalStore(log.subscribe, log.version)
  const seen = useRef<Seen>({ key: '', until: 0, shown: [] })
  const shown = useMemo(() => {
    // The version says when to look; the lines themselves are one growing array.
    void version
    const key = JSON.stringify(filter)
    if (seen.current.key !== key) seen.current = { key, until: 0, shown: [] }
    const { current } = seen
    const lines = log.lines()
    const least = levels.indexOf(filter.level)
    const text = filter.text.trim().toLowerCase()
    for (; current.until < lines.length; current.until++) {
      const line = lines[current.until]
      if (line && fits(line, least, filter.stream, text)) current.shown.push(line)
    }
    return { lines: current.shown, count: current.shown.length, all: lines.length }
  }, [filter, log, version])
  return { filter, setFilter, ...shown }
}

function fits(line: LogLine, least: number, stream: string | null, text: string): boolean {
  if (levels.indexOf(line.level) < least) return false
  if (stream !== null && line.stream !== stream) return false
  return text === '' || line.message.toLowerCase().includes(text) || (line.stream?.includes(text) ?? false)
}
