import type { Schedule } from '../api/types.ts'
import { minutesText } from '../ui/format.ts'

export function scheduleText(schedule: Schedule): string {
  if (schedule.kind === 'every') return `every ${minutesText(schedule.minutes)}`
  if (schedule.kind === 'cron') return `at ${schedule.expression} (${schedule.time_zone})`
  return 'only when started by hand'
}
