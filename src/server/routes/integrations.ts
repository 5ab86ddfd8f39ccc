/** Integrations, and what belongs to one: its tables, runs, columns, rows. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import { integrationAccounts } from '../../app/service/accounts.ts'
import { countRows } from '../../app/service/data/counts.ts'
import { preview } from '../../app/service/data/preview.ts'
import { tablesOfIntegration } from '../../app/service/data/tables.ts'
import { integrationFreshness } from '../../app/service/freshness.ts'
import { integrationTables } from '../../app/service/integration-tables.ts'
import {
  activateIntegration,
  createIntegration,
  deleteIntegration,
  editIntegration,
  getIntegration,
  listIntegrations,
  pauseIntegration,
} from '../../app/service/integrations.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { readsOfIntegration } from '../../app/service/reads.ts'
import { accountQuery, accountsPage } from '../../app/service/resources/account.ts'
import { page, pageQuery } from '../../app/service/resources/common.ts'
import { previewQuery, queryAnswer, tableCount, warehouseTables } from '../../app/service/resources/data.ts'
import { freshness, freshnessQuery } from '../../app/service/resources/freshness.ts'
import {
  integration,
  integrationEdit,
  integrationInput,
  integrationQuery,
  integrationsPage,
  integrationTable,
} from '../../app/service/resources/integration.ts'
import { reads } from '../../app/service/resources/reads.ts'
import { run, runDetail, runInput, runStatus } from '../../app/service/resources/run.ts'
import { schemaChange } from '../../app/service/resources/schema-change.ts'
import {
  verification,
  verificationDetail,
  verificationInput,
} from '../../app/service/resources/verification.ts'
import { listRuns, startRun } from '../../app/service/runs/runs.ts'
import { integrationSchemaChanges } from '../../app/service/schema-changes.ts'
import { listVerifications, startVerification } from '../../app/service/verify/verifications.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'
import { fixedOr } from '../fixed.ts'
import { etagOf, seenRevision } from '../revision.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listIntegrations',
  summary: 'The integrations',
  request: { query: integrationQuery.extend(pageQuery.shape) },
  responses: { 200: json(integrationsPage, 'A page of them') },
})

const create = createRoute({
  method: 'post',
  path: '/',
  operationId: 'createIntegration',
  summary: 'Make an integration; its first run is queued at once, unless it runs by hand only',
  request: { body: body(integrationInput) },
  responses: { 201: json(integration, 'It was made, and is pending') },
})

const get = createRoute({
  method: 'get',
  path: '/{id}',
  operationId: 'getIntegration',
  summary: 'An integration; the ETag is its revision',
  request: { params: byId },
  responses: { 200: json(integration, 'The integration') },
})

const edit = createRoute({
  method: 'patch',
  path: '/{id}',
  operationId: 'editIntegration',
  summary: 'Change an integration; what is absent stays. With If-Match, or `revision`, only as it was seen',
  request: { params: byId, body: body(integrationEdit) },
  responses: { 200: json(integration, 'As it is now; the next run goes by it') },
})

const remove = createRoute({
  method: 'delete',
  path: '/{id}',
  operationId: 'deleteIntegration',
  summary: 'Delete an integration: credentials erased, schedule ended, history kept, and tables unless asked',
  request: {
    params: byId,
    query: z.object({
      drop_tables: z
        .stringbool()
        .default(false)
        .describe(
          'A worker drops its tables, with their rows, and its bookkeeping; `drop` of the integration says how that goes. May also be asked for of an integration that was deleted before, and again of one where it failed',
        ),
    }),
  },
  responses: { 204: nothing },
})

const pause = createRoute({
  method: 'post',
  path: '/{id}/pause',
  operationId: 'pauseIntegration',
  summary: 'Stop running it by its schedule',
  request: { params: byId },
  responses: { 200: json(integration, 'It is paused') },
})

const activate = createRoute({
  method: 'post',
  path: '/{id}/activate',
  operationId: 'activateIntegration',
  summary: 'Run a paused integration again by its schedule; it carries on where it was',
  request: { params: byId },
  responses: { 200: json(integration, 'It runs again') },
})

const tables = createRoute({
  method: 'get',
  path: '/{id}/tables',
  operationId: 'listIntegrationTables',
  summary: 'Its tables as its last runs left them',
  request: { params: byId },
  responses: { 200: json(all(integrationTable), 'All of them') },
})

const accounts = createRoute({
  method: 'get',
  path: '/{id}/accounts',
  operationId: 'listIntegrationAccounts',
  summary: 'Its accounts as its last run left them, where it reads several',
  request: { params: byId, query: accountQuery },
  responses: { 200: json(accountsPage, 'A page of them, those that are not well first') },
})

const readsRoute = createRoute({
  method: 'get',
  path: '/{id}/reads',
  operationId: 'getIntegrationReads',
  summary: 'How often its account was read, against what it may be',
  request: { params: byId },
  responses: { 200: json(reads, 'By day') },
})

const freshnessRoute = createRoute({
  method: 'get',
  path: '/{id}/freshness',
  operationId: 'getIntegrationFreshness',
  summary: 'How old its data was over its last runs, against what its schedule promises',
  request: { params: byId, query: freshnessQuery },
  responses: { 200: json(freshness, 'Each moment at which it became another') },
})

const schemaChangesRoute = createRoute({
  method: 'get',
  path: '/{id}/schema-changes',
  operationId: 'listSchemaChanges',
  summary: 'Columns that its tables were given, and fields that were not expected',
  request: { params: byId },
  responses: { 200: json(all(schemaChange), 'Newest first') },
})

const runs = createRoute({
  method: 'get',
  path: '/{id}/runs',
  operationId: 'listIntegrationRuns',
  summary: 'Its runs',
  request: { params: byId, query: pageQuery.extend({ status: runStatus.optional() }) },
  responses: { 200: json(page(run), 'A page of them, newest first') },
})

const start = createRoute({
  method: 'post',
  path: '/{id}/runs',
  operationId: 'startRun',
  summary: 'Run it now',
  request: { params: byId, body: body(runInput) },
  responses: { 201: json(runDetail, 'It is queued, before what schedules start') },
})

const verifications = createRoute({
  method: 'get',
  path: '/{id}/verifications',
  operationId: 'listVerifications',
  summary: 'Its verifications, without their reports',
  request: { params: byId, query: pageQuery },
  responses: { 200: json(page(verification), 'A page of them, newest first') },
})

const verify = createRoute({
  method: 'post',
  path: '/{id}/verifications',
  operationId: 'startVerification',
  summary: 'Compare every row of its tables with Stripe, and repair what differs if that is asked',
  request: { params: byId, body: body(verificationInput) },
  responses: {
    201: json(verificationDetail, 'It is queued; runs and verifications of it go on one at a time'),
  },
})

const schema = createRoute({
  method: 'get',
  path: '/{id}/schema',
  operationId: 'getIntegrationSchema',
  summary: 'The columns of its tables, as they stand in the warehouse',
  request: { params: byId },
  responses: { 200: json(warehouseTables, 'Its tables') },
})

const counts = createRoute({
  method: 'get',
  path: '/{id}/counts',
  operationId: 'countRows',
  summary: 'How many rows its tables have, counted in the warehouse',
  request: { params: byId },
  responses: { 200: json(all(tableCount), 'By table; of those that were loaded') },
})

const rows = createRoute({
  method: 'get',
  path: '/{id}/preview',
  operationId: 'previewTable',
  summary: 'The first rows of one of its tables',
  request: { params: byId, query: previewQuery },
  responses: { 200: json(queryAnswer, 'Rows') },
})

export function integrationsApi(ctx: PeopleContext) {
  return group()
    .openapi(list, async (c) => c.json(await listIntegrations(ctx.service, c.req.valid('query')), 200))
    .openapi(create, async (c) => {
      const made = await createIntegration(ctx.service, c.req.valid('json'))
      return c.json(made, 201, { etag: etagOf(made), location: `/api/v1/integrations/${made.id}` })
    })
    .openapi(get, async (c) => {
      const found = await getIntegration(ctx.service, c.req.valid('param').id)
      return c.json(found, 200, { etag: etagOf(found) })
    })
    .openapi(
      edit,
      async (c) => {
        const { id } = c.req.valid('param')
        const revision = await seenRevision(c.req.header('if-match'), () => getIntegration(ctx.service, id))
        const wanted = c.req.valid('json')
        const edited = await editIntegration(
          ctx.service,
          id,
          revision === undefined ? wanted : { ...wanted, revision },
        )
        return c.json(edited, 200, { etag: etagOf(edited) })
      },
      (result) => {
        if (!result.success) throw fixedOr(result.error)
      },
    )
    .openapi(remove, async (c) => {
      await deleteIntegration(ctx.service, c.req.valid('param').id, c.req.valid('query'))
      return c.body(null, 204)
    })
    .openapi(pause, async (c) => c.json(await pauseIntegration(ctx.service, c.req.valid('param').id), 200))
    .openapi(activate, async (c) =>
      c.json(await activateIntegration(ctx.service, c.req.valid('param').id), 200),
    )
    .openapi(tables, async (c) =>
      c.json({ items: await integrationTables(ctx.service, c.req.valid('param').id) }, 200),
    )
    .openapi(accounts, async (c) =>
      c.json(await integrationAccounts(ctx.service, c.req.valid('param').id, c.req.valid('query')), 200),
    )
    .openapi(readsRoute, async (c) =>
      c.json(await readsOfIntegration(ctx.service, c.req.valid('param').id), 200),
    )
    .openapi(freshnessRoute, async (c) =>
      c.json(await integrationFreshness(ctx.service, c.req.valid('param').id, c.req.valid('query')), 200),
    )
    .openapi(schemaChangesRoute, async (c) =>
      c.json({ items: await integrationSchemaChanges(ctx.service, c.req.valid('param').id) }, 200),
    )
    .openapi(runs, async (c) =>
      c.json(
        await listRuns(ctx.service, { ...c.req.valid('query'), integration_id: c.req.valid('param').id }),
        200,
      ),
    )
    .openapi(start, async (c) => {
      const made = await startRun(ctx.service, c.req.valid('param').id, c.req.valid('json'))
      return c.json(made, 201, { location: `/api/v1/runs/${made.id}` })
    })
    .openapi(verifications, async (c) =>
      c.json(await listVerifications(ctx.service, c.req.valid('param').id, c.req.valid('query')), 200),
    )
    .openapi(verify, async (c) => {
      const made = await startVerification(ctx.service, c.req.valid('param').id, c.req.valid('json'))
      return c.json(made, 201, { location: `/api/v1/verifications/${made.id}` })
    })
    .openapi(schema, async (c) =>
      c.json({ tables: await tablesOfIntegration(ctx.service, c.req.valid('param').id) }, 200),
    )
    .openapi(counts, async (c) =>
      c.json({ items: [...(await countRows(ctx.service, c.req.valid('param').id))] }, 200),
    )
    .openapi(rows, async (c) =>
      c.json(await preview(ctx.service, c.req.valid('param').id, c.req.valid('query')), 200),
    )
}
