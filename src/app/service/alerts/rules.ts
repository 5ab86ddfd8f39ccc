/** Rules as people ask for them, and what came of them. */

import { deliveries } from '../../../store/alerts/deliveries.ts'
import * as store from '../../../store/alerts/rules.ts'
import { broke } from '../../../store/database.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import type { AlertEvent, AlertMessage, Delivery, Rule, RuleInput } from '../resources/alert.ts'
import type { Page, PageQuery } from '../resources/common.ts'
import { iso } from '../values.ts'
import type { AlertContext } from './context.ts'

/** Oldest first. */
export async function listRules({ service }: AlertContext): Promise<readonly Rule[]> {
  return (await store.rules(service.pool)).map(ruleOf)
}

/** What goes on already is told when it is seen the next time. Throws `FieldError`. */
export async function createRule({ service }: AlertContext, input: RuleInput): Promise<Rule> {
  const row = {
    ...input,
    id: service.newId(),
    events: [...new Set(input.events)],
    hours: input.events.includes('stale') ? input.hours : null,
    created_at: new Date(service.clock()),
  }
  try {
    await store.insertRule(service.pool, row)
  } catch (error) {
    const field = (['channel_id', 'integration_id'] as const).find((one) =>
      broke(error, `alert_rules_${one}_fkey`),
    )
    if (!field) throw error
    throw new FieldError(field, `there is no such ${field.replace('_id', '')}`, { cause: error })
  }
  return ruleOf(row)
}

/** Throws `NotFoundError`. */
export async function deleteRule({ service }: AlertContext, id: string): Promise<void> {
  if (!(await store.deleteRule(service.pool, id))) throw new NotFoundError('rule')
}

/** Newest first. */
export async function listDeliveries(
  { service }: AlertContext,
  { limit, after }: PageQuery,
): Promise<Page<Delivery>> {
  const rows = await deliveries(service.pool, { limit: limit + 1, after })
  const items = rows.slice(0, limit).map(
    (row): Delivery => ({
      id: row.id,
      channel: row.channel,
      // Older ones know of runs alone.
      message: { verification_id: null, ...(row.message as Omit<AlertMessage, 'verification_id'>) },
      status: row.status,
      tries: row.tries,
      error: row.error,
      created_at: iso(row.created_at),
      ended_at: iso(row.ended_at),
    }),
  )
  return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
}

/** As it was validated when it came. */
export function ruleOf(row: store.RuleRow): Rule {
  const { id, channel_id, integration_id, hours } = row
  const events = row.events as readonly AlertEvent[]
  return { id, channel_id, integration_id, events, hours, created_at: iso(row.created_at) }
}
