import type { IntegrationTable, Schedule } from '../../api/types.ts'
import { Time } from '../../ui/time.tsx'
import { useNow } from '../../ui/use-now.ts'
import classes from './overview.module.css'

interface Props {
  readonly tables: readonly IntegrationTable[]
  readonly schedule: Schedule
}

/** The age of each table against what the schedule promises: a full bar is one interval; beyond it is late. */
export function Freshness({ tables, schedule }: Props) {
  const now = useNow()
  const target = (schedule.kind === 'every' ? schedule.minutes : 24 * 60) * 60_000
  return (
    <div className={classes.fresh}>
      {tables.map(({ stream, last_run }) => {
        const age = last_run === null ? target : Math.max(0, now - Date.parse(last_run))
        const late = schedule.kind !== 'manual' && last_run !== null && age > 1.25 * target
        return (
          <div key={stream} className={classes.line}>
            <code>{stream}</code>
            <div className={classes.track}>
              {last_run !== null && (
                <div
                  className={classes.fill}
                  data-late={late || undefined}
                  style={{ width: `${Math.max(2, Math.min(100, (100 * age) / target))}%` }}
                />
              )}
            </div>
            <Time at={last_run} ago none={late ? 'late' : 'not yet'} />
          </div>
        )
      })}
    </div>
  )
}
