/** Finds what is to be told, and queues it: each thing once per rule, however often it is seen. */

import { insertDeliveries } from '../../../store/alerts/deliveries.ts'
import { rules as allRules } from '../../../store/alerts/rules.ts'
import {
  beginStates,
  endStates,
  freshness,
  integrationsIn,
  lookAlone,
  takeEndedRuns,
} from '../../../store/alerts/states.ts'
import { takeEndedVerifications } from '../../../store/alerts/verifications.ts'
import type { Sql } from '../../../store/database.ts'
import { transaction } from '../../../store/database.ts'
import type { ServiceContext } from '../context.ts'
import type { AlertMessage, Rule } from '../resources/alert.ts'
import { type Finding, findingsOf } from './findings.ts'
import { freshAgain, staleSince } from './messages.ts'
import { ruleOf } from './rules.ts'
import { verificationFinding } from './verification-finding.ts'

/** Runs, and verifications, looked at in one transaction. */
const most = 200

/**
 * Looks at runs and verifications that have ended since the last time, in one transaction with the messages that come of
 * them: none is told twice, or not at all, whoever dies. Any number of processes may; one does. Returns how many there
 * were.
 */
export async function raiseForEnds(ctx: ServiceContext): Promise<number> {
  return transaction(ctx.pool, async (sql) => {
    if (!(await lookAlone(sql))) return 0
    const runs = await takeEndedRuns(sql, most)
    const verifications = await takeEndedVerifications(sql, most)
    if (runs.length + verifications.length === 0) return 0
    const rules = (await allRules(sql)).map(ruleOf)
    for (const run of runs) await tell(ctx, sql, rules, run, findingsOf(run), { run_id: run.id })
    for (const one of verifications) {
      await tell(ctx, sql, rules, one, [verificationFinding(one)], { verification_id: one.id })
    }
    return runs.length + verifications.length
  })
}

async function tell(
  ctx: ServiceContext,
  sql: Sql,
  rules: readonly Rule[],
  of: { readonly integration_id: string; readonly integration: string },
  findings: readonly Finding[],
  where: { readonly run_id: string } | { readonly verification_id: string },
): Promise<void> {
  const integration = { id: of.integration_id, name: of.integration }
  for (const rule of rules.filter((one) => concerns(one, integration.id))) {
    for (const { event, begun, ended, message } of findings) {
      if (!rule.events.includes(event)) continue
      const state = { rule: rule.id, integration: integration.id, event }
      const fresh = await beginStates(sql, state, begun, new Date(ctx.clock()))
      const over = await endStates(sql, state, ended)
      for (const part of message(fresh, over)) {
        await queue(ctx, sql, rule, { ...nowhere, ...part, event, integration, ...where })
      }
    }
  }
}

const nowhere = { run_id: null, verification_id: null }

/** Looks at how old the tables are. */
export async function raiseForAge(ctx: ServiceContext): Promise<void> {
  await transaction(ctx.pool, async (sql) => {
    if (!(await lookAlone(sql))) return
    const now = ctx.clock()
    for (const rule of (await allRules(sql)).map(ruleOf)) {
      if (!rule.events.includes('stale') || rule.hours === null) continue
      const found = await freshness(sql, rule.integration_id)
      const stale = await integrationsIn(sql, rule.id, 'stale')
      for (const { integration_id: id, integration: name, fresh } of found) {
        const state = { rule: rule.id, integration: id, event: 'stale' }
        const isStale = now - fresh.getTime() > rule.hours * 3_600_000
        if (isStale === stale.has(id)) continue
        if (isStale) await beginStates(sql, state, [''], new Date(now))
        else await endStates(sql, state, [''])
        const part = isStale ? staleSince(name, fresh, rule.hours) : freshAgain(name, fresh)
        await queue(ctx, sql, rule, { ...nowhere, ...part, event: 'stale', integration: { id, name } })
      }
      // Paused or deleted meanwhile: it is over, and nobody wants to hear of it.
      const gone = [...stale].filter((id) => !found.some(({ integration_id }) => integration_id === id))
      for (const id of gone) await endStates(sql, { rule: rule.id, integration: id, event: 'stale' }, [''])
    }
  })
}

const concerns = (rule: Rule, integration: string) =>
  rule.integration_id === null || rule.integration_id === integration

async function queue(
  ctx: ServiceContext,
  sql: Sql,
  rule: Rule,
  said: Omit<AlertMessage, 'id' | 'at'>,
): Promise<void> {
  const at = new Date(ctx.clock())
  const id = ctx.newId()
  const message: AlertMessage = { id, at: at.toISOString(), ...said }
  await insertDeliveries(sql, [{ id, channel_id: rule.channel_id, message }], at)
  await ctx.queue.addDeliveries(sql, [id])
}
