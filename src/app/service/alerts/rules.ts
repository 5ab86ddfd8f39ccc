/** Rules as people ask for them, and what came of them. */

import { type DeliveryRow, deliveries } from '../../../store/alerts/deliveries.ts'
import * as store from '../../../store/alerts/rules.ts'
import { broke } from '../../../store/database.ts'
import { FieldError, NotFoundError } from '../errors.ts'
import { change } from '../people/deed.ts'
import type { AlertEvent, AlertMessage, Delivery, Rule, RuleEdit, RuleInput } from '../resources/alert.ts'
import type { Page, PageQuery } from '../resources/common.ts'
import { iso, pageOf } from '../values.ts'
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
  await known(() =>
    change(service.pool, async (sql, about) => {
      about({ id: row.id })
      await store.insertRule(sql, row)
    }),
  )
  return ruleOf(row)
}

/** From now on; what it has told and still lasts is not told again. Throws `FieldError`, `NotFoundError`. */
export async function editRule({ service }: AlertContext, id: string, edit: RuleEdit): Promise<Rule> {
  return change(service.pool, async (sql) => {
    const before = await store.lockRule(sql, id)
    if (!before) throw new NotFoundError('rule')
    const events = [...new Set(edit.events ?? before.events)]
    const hours = edit.hours === undefined ? before.hours : edit.hours
    const isStale = events.includes('stale')
    if (isStale && hours === null) throw new FieldError('hours', 'how many hours old may a table be?')
    const row = {
      ...before,
      channel_id: edit.channel_id ?? before.channel_id,
      integration_id: edit.integration_id === undefined ? before.integration_id : edit.integration_id,
      events,
      hours: isStale ? hours : null,
    }
    await known(() => store.updateRule(sql, row))
    return ruleOf(row)
  })
}

/** What a rule is of must be there. */
async function known(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const field = (['channel_id', 'integration_id'] as const).find((one) =>
      broke(error, `alert_rules_${one}_fkey`),
    )
    if (!field) throw error
    throw new FieldError(field, `there is no such ${field.replace('_id', '')}`, { cause: error })
  }
}

/** Throws `NotFoundError`. */
export async function deleteRule({ service }: AlertContext, id: string): Promise<void> {
  await change(service.pool, async (sql) => {
    if (!(await store.deleteRule(sql, id))) throw new NotFoundError('rule')
  })
}

/** Newest first. */
export async function listDeliveries(
  { service }: AlertContext,
  { limit, after }: PageQuery,
): Promise<Page<Delivery>> {
  const rows = await deliveries(service.pool, { limit: limit + 1, after })
  return pageOf(rows, limit, deliveryOf, ({ id }) => id)
}

const deliveryOf = (row: DeliveryRow): Delivery => ({
  id: row.id,
  channel: row.channel,
  // Older ones know of runs alone.
  message: { verification_id: null, ...(row.message as Omit<AlertMessage, 'verification_id'>) },
  status: row.status,
  tries: row.tries,
  error: row.error,
  created_at: iso(row.created_at),
  ended_at: iso(row.ended_at),
})

/** As it was validated when it came. */
export function ruleOf(row: store.RuleRow): Rule {
  const { id, channel_id, integration_id, hours } = row
  const events = row.events as readonly AlertEvent[]
  return { id, channel_id, integration_id, events, hours, created_at: iso(row.created_at) }
}
