import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef } from 'react'
import type { LogLine } from '../../api/types.ts'
import { utcTime } from '../../ui/format.ts'
import classes from './log.module.css'

interface Props {
  readonly lines: readonly LogLine[]
  readonly count: number
  readonly live: boolean
}

/** Only the lines in view are drawn. Who is at the end stays there as more come. */
export function LogLines({ lines, count, live }: Props) {
  const scroll = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  // Always the same function: with another one all lines are measured anew.
  const key = useCallback((index: number) => lines[index]?.id ?? index, [lines])
  const rows = useVirtualizer({
    count,
    getScrollElement: () => scroll.current,
    estimateSize: () => 22,
    overscan: 6,
    getItemKey: key,
  })
  useEffect(() => {
    if (live && atEnd.current && count > 0) rows.scrollToIndex(count - 1, { align: 'end' })
  }, [count, live, rows])
  return (
    <div
      ref={scroll}
      className={classes.scroll}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label="Lines of the log"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        atEnd.current = scrollTop + clientHeight > scrollHeight - 30
      }}
    >
      <div className={classes.all} style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index]
          return (
            line && (
              <div
                key={key}
                data-index={index}
                ref={rows.measureElement}
                className={classes.line}
                data-level={line.level}
                style={{ transform: `translateY(${start}px)` }}
              >
                <time dateTime={line.at} title={utcTime(Date.parse(line.at))}>
                  {clock(line.at)}
                </time>
                <span className={classes.level}>{line.level}</span>
                <span className={classes.stream}>{line.stream}</span>
                <span className={classes.message}>{line.message}</span>
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

const format = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

function clock(at: string): string {
  return format.format(Date.parse(at))
}
