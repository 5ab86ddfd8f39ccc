/** Runs of all integrations: one by one, their logs, and what happens in one while it does. */
import { createRoute } from '@hono/zod-openapi'
import { z } from 'zod'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { page } from '../../app/service/resources/common.ts'
import { logLine, logQuery, run, runDetail, runQuery } from '../../app/service/resources/run.ts'
import { runEvent } from '../../app/service/resources/run-event.ts'
import { readLogs } from '../../app/service/runs/logs.ts'
import { cancelRun, getRun, listRuns, retryRun } from '../../app/service/runs/runs.ts'
import { all, byId, group, json } from '../declare.ts'
import { logText } from '../log-text.ts'
import { runStream } from '../run-stream.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listRuns',
  summary: 'The runs of all integrations',
  request: {
    query: runQuery,
  },
  responses: { 200: json(page(run), 'A page of them, newest first') },
})

const get = createRoute({
  method: 'get',
  path: '/{id}',
  operationId: 'getRun',
  summary: 'A run with its table runs',
  request: { params: byId },
  responses: { 200: json(runDetail, 'The run') },
})

const cancel = createRoute({
  method: 'post',
  path: '/{id}/cancel',
  operationId: 'cancelRun',
  summary: 'Stop a run at its next checkpoint',
  request: { params: byId },
  responses: { 200: json(runDetail, 'It is asked to stop, or has') },
})

const retry = createRoute({
  method: 'post',
  path: '/{id}/retry',
  operationId: 'retryRun',
  summary: 'Run again what did not go well',
  request: { params: byId },
  responses: { 201: json(runDetail, 'The new run') },
})

const logs = createRoute({
  method: 'get',
  path: '/{id}/logs',
  operationId: 'readLogs',
  summary: "A run's log, oldest lines first",
  request: { params: byId, query: logQuery },
  responses: { 200: json(all(logLine), 'Lines; give the last id as `after` for the next ones') },
})

const logFile = createRoute({
  method: 'get',
  path: '/{id}/logs.txt',
  operationId: 'downloadLogs',
  summary: "A run's whole log as a file",
  request: { params: byId, query: logQuery.pick({ level: true, stream: true, q: true }) },
  responses: { 200: { description: 'A line each', content: { 'text/plain': { schema: z.string() } } } },
})

const events = createRoute({
  method: 'get',
  path: '/{id}/events',
  operationId: 'followRun',
  summary:
    'What happens in a run, as server-sent events, until it ends. Last-Event-ID takes up where a stream broke',
  request: { params: byId, query: logQuery.pick({ after: true }) },
  responses: { 200: { description: 'Events', content: { 'text/event-stream': { schema: runEvent } } } },
})

export function runsApi(ctx: PeopleContext) {
  return group()
    .openapi(list, async (c) => c.json(await listRuns(ctx.service, c.req.valid('query')), 200))
    .openapi(get, async (c) => c.json(await getRun(ctx.service, c.req.valid('param').id), 200))
    .openapi(cancel, async (c) => c.json(await cancelRun(ctx.service, c.req.valid('param').id), 200))
    .openapi(retry, async (c) => c.json(await retryRun(ctx.service, c.req.valid('param').id), 201))
    .openapi(logs, async (c) =>
      c.json({ items: await readLogs(ctx.service, c.req.valid('param').id, c.req.valid('query')) }, 200),
    )
    .openapi(logFile, async (c) => logText(c, ctx.service, c.req.valid('param').id, c.req.valid('query')))
    .openapi(events, async (c) =>
      runStream(c, ctx.service, c.req.valid('param').id, c.req.valid('query').after),
    )
}
