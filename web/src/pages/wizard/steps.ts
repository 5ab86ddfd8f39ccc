import type { Draft } from './draft.ts'
import { nameTrouble } from './names.ts'

export const steps = [
  { id: 'name', title: 'Name and schedule' },
  { id: 'stripe', title: 'Authorise Stripe' },
  { id: 'warehouse', title: 'Warehouse' },
  { id: 'tables', title: 'Tables' },
  { id: 'fields', title: 'Fields' },
  { id: 'review', title: 'Review' },
] as const

export type Step = (typeof steps)[number]['id']

export function isStep(value: unknown): value is Step {
  return steps.some(({ id }) => id === value)
}

/** What a step still needs before the next one, or null. */
export function missingOf(step: Step, draft: Draft): string | null {
  switch (step) {
    case 'name':
      return nameTrouble(draft.name) ?? scheduleTrouble(draft) ?? historyTrouble(draft)
    case 'stripe':
      return draft.check ? null : 'The account is not authorised yet'
    case 'warehouse':
      return draft.destination_id ? null : 'Choose a warehouse'
    case 'tables':
      return draft.tables && draft.tables.length > 0 ? null : 'Choose at least one table'
    case 'fields':
    case 'review':
      return null
  }
}

/** The first step that needs something, up to one. */
export function firstMissing(until: Step, draft: Draft): Step | null {
  for (const { id } of steps) {
    if (id === until) return null
    if (missingOf(id, draft) !== null) return id
  }
  return null
}

export function scheduleTrouble({ schedule }: Pick<Draft, 'schedule'>): string | null {
  if (schedule.kind === 'every') {
    const { minutes } = schedule
    return Number.isInteger(minutes) && minutes >= 5 && minutes <= 10_080
      ? null
      : 'The frequency is between 5 minutes and 7 days'
  }
  if (schedule.kind === 'cron') {
    return schedule.expression.trim().split(/\s+/).length === 5
      ? null
      : 'Write five fields, such as 0 6 * * *'
  }
  return null
}

export function historyTrouble({ history }: Pick<Draft, 'history'>): string | null {
  if (history.kind === 'years') {
    return history.years !== null && history.years >= 1 && history.years <= 50 ? null : 'Say how many years'
  }
  if (history.kind === 'since') {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(history.day)) return 'Say from which day on'
    return Date.parse(history.day) > Date.now() ? 'That day is yet to come' : null
  }
  return null
}
