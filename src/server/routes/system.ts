/** How the service is, and who did what in it. */
import { createRoute } from '@hono/zod-openapi'
import { auditEntry, auditQuery } from '../../app/service/resources/audit.ts'
import { page } from '../../app/service/resources/common.ts'
import { system } from '../../app/service/resources/system.ts'
import { group, json } from '../declare.ts'
import type { Service } from '../service.ts'

const get = createRoute({
  method: 'get',
  path: '/',
  operationId: 'getSystem',
  summary: 'Version, store, queue, read budgets',
  responses: { 200: json(system, 'As it is now') },
})

export function systemApi(service: Service) {
  return group().openapi(get, async (c) => c.json(await service.system(), 200))
}

const audit = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listAudit',
  summary: 'The audit log',
  request: { query: auditQuery },
  responses: { 200: json(page(auditEntry), 'A page of it, newest first') },
})

export function auditApi(service: Service) {
  return group().openapi(audit, async (c) => c.json(await service.listAudit(c.req.valid('query')), 200))
}
