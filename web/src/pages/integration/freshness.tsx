import type { IntegrationTable } from '../../api/types.ts'
import { Bar } from '../../ui/bar.tsx'
import { Time } from '../../ui/time.tsx'
import { useNow } from '../../ui/use-now.ts'
import { lateAfter } from './ages.ts'
import classes from './overview.module.css'

interface Props {
  readonly tables: readonly IntegrationTable[]
  /** What the schedule promises, in seconds; null for nothing. */
  readonly target: number | null
}

/** The age of each table against what the schedule promises, or a day: a full bar is one interval; beyond it is late. */
export function Freshness({ tables, target }: Props) {
  const now = useNow()
  const full = (target ?? 24 * 60 * 60) * 1_000
  return (
    <div className={classes.fresh}>
      {tables.map(({ stream, last_run }) => {
        const age = last_run === null ? full : Math.max(0, now - Date.parse(last_run))
        const late = last_run !== null && age > 1_000 * lateAfter(target)
        return (
          <div key={stream} className={classes.line}>
            <code>{stream}</code>
            <Bar
              share={last_run === null ? 0 : Math.max(0.02, age / full)}
              tone={late ? 'warn' : undefined}
            />
            <span>
              {late && <b>late: </b>}
              <Time at={last_run} ago none="not yet" />
            </span>
          </div>
        )
      })}
    </div>
  )
}
