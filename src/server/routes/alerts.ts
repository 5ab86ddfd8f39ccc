/** Alerts: channels, rules, and the messages that were sent. */
import { createRoute } from '@hono/zod-openapi'
import {
  createChannel,
  deleteChannel,
  editChannel,
  listChannels,
  testChannel,
} from '../../app/service/alerts/channels.ts'
import {
  createRule,
  deleteRule,
  editRule,
  listDeliveries,
  listRules,
} from '../../app/service/alerts/rules.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import {
  channel,
  channelEdit,
  channelInput,
  channelMade,
  channelTest,
  delivery,
  rule,
  ruleEdit,
  ruleInput,
} from '../../app/service/resources/alert.ts'
import { page, pageQuery } from '../../app/service/resources/common.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'

const channels = createRoute({
  method: 'get',
  path: '/channels',
  operationId: 'listAlertChannels',
  summary: 'Where alerts go',
  responses: { 200: json(all(channel), 'All channels, by name') },
})

const addChannel = createRoute({
  method: 'post',
  path: '/channels',
  operationId: 'createAlertChannel',
  summary: 'Make a channel: e-mail, Slack, or a signed webhook',
  request: { body: body(channelInput) },
  responses: { 201: json(channelMade, 'The channel; the secret of a webhook is shown this once') },
})

const changeChannel = createRoute({
  method: 'patch',
  path: '/channels/{id}',
  operationId: 'editAlertChannel',
  summary: 'Change the name of a channel, its recipients or its address; what is absent stays',
  request: { params: byId, body: body(channelEdit) },
  responses: { 200: json(channel, 'As it is now') },
})

const removeChannel = createRoute({
  method: 'delete',
  path: '/channels/{id}',
  operationId: 'deleteAlertChannel',
  summary: 'Delete a channel, with its rules',
  request: { params: byId },
  responses: { 204: nothing },
})

const tryChannel = createRoute({
  method: 'post',
  path: '/channels/{id}/test',
  operationId: 'testAlertChannel',
  summary: 'Send a test to a channel',
  request: { params: byId },
  responses: { 200: json(channelTest, 'How it went') },
})

const rules = createRoute({
  method: 'get',
  path: '/rules',
  operationId: 'listAlertRules',
  summary: 'What is told to which channel',
  responses: { 200: json(all(rule), 'All rules, oldest first') },
})

const addRule = createRoute({
  method: 'post',
  path: '/rules',
  operationId: 'createAlertRule',
  summary: 'Tell a channel of something',
  request: { body: body(ruleInput) },
  responses: { 201: json(rule, 'The rule') },
})

const changeRule = createRoute({
  method: 'patch',
  path: '/rules/{id}',
  operationId: 'editAlertRule',
  summary: 'Change what is told, of what, and to whom; what is absent stays',
  request: { params: byId, body: body(ruleEdit) },
  responses: { 200: json(rule, 'As it is now') },
})

const removeRule = createRoute({
  method: 'delete',
  path: '/rules/{id}',
  operationId: 'deleteAlertRule',
  summary: 'Tell it no more',
  request: { params: byId },
  responses: { 204: nothing },
})

const sent = createRoute({
  method: 'get',
  path: '/deliveries',
  operationId: 'listAlertDeliveries',
  summary: 'The messages of the last 30 days, and whether they arrived',
  request: { query: pageQuery },
  responses: { 200: json(page(delivery), 'A page of them, newest first') },
})

export function alertsApi(ctx: PeopleContext) {
  return group()
    .openapi(channels, async (c) => c.json({ items: await listChannels(ctx) }, 200))
    .openapi(addChannel, async (c) => c.json(await createChannel(ctx, c.req.valid('json')), 201))
    .openapi(changeChannel, async (c) =>
      c.json(await editChannel(ctx, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(removeChannel, async (c) => {
      await deleteChannel(ctx, c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(tryChannel, async (c) => c.json(await testChannel(ctx, c.req.valid('param').id), 200))
    .openapi(rules, async (c) => c.json({ items: await listRules(ctx) }, 200))
    .openapi(addRule, async (c) => c.json(await createRule(ctx, c.req.valid('json')), 201))
    .openapi(changeRule, async (c) =>
      c.json(await editRule(ctx, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(removeRule, async (c) => {
      await deleteRule(ctx, c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(sent, async (c) => c.json(await listDeliveries(ctx, c.req.valid('query')), 200))
}
