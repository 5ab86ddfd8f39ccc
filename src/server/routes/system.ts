/** How the service is, and who did what in it. */
import { createRoute } from '@hono/zod-openapi'
import { listAudit } from '../../app/service/people/audit.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { listReadBudgets } from '../../app/service/read-budgets.ts'
import { auditEntry, auditQuery } from '../../app/service/resources/audit.ts'
import { page } from '../../app/service/resources/common.ts'
import { readBudget, readBudgetQuery, retention, system } from '../../app/service/resources/system.ts'
import { setRetention } from '../../app/service/retention.ts'
import { systemState } from '../../app/service/system.ts'
import { body, group, json } from '../declare.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getSystem',
  summary: 'Version, store, queue, read budgets that are nearly used up',
  responses: { 200: json(system, 'As it is now') },
})

const budgets = createRoute({
  method: 'get',
  path: '/read-budgets',
  operationId: 'listReadBudgets',
  summary: 'How often each account was read, against what it may be',
  request: { query: readBudgetQuery },
  responses: { 200: json(page(readBudget), 'A page of the accounts, by their ids') },
})

const keep = createRoute({
  method: 'put',
  path: '/retention',
  operationId: 'setRetention',
  summary: 'For how long runs and their logs are kept',
  request: { body: body(retention) },
  responses: { 200: json(retention, 'As it is now; what is too old goes within the hour') },
})

export function systemApi(ctx: PeopleContext) {
  return group()
    .openapi(get, async (c) => c.json(await systemState(ctx), 200))
    .openapi(budgets, async (c) => c.json(await listReadBudgets(ctx.service, c.req.valid('query')), 200))
    .openapi(keep, async (c) => c.json(await setRetention(ctx.service, c.req.valid('json')), 200))
}

const audit = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listAudit',
  summary: 'The audit log',
  request: { query: auditQuery },
  responses: { 200: json(page(auditEntry), 'A page of it, newest first') },
})

export function auditApi(ctx: PeopleContext) {
  return group().openapi(audit, async (c) => c.json(await listAudit(ctx.service, c.req.valid('query')), 200))
}
