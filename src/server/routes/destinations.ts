/** Warehouses. */
import { createRoute } from '@hono/zod-openapi'
import { tablesOfWarehouse } from '../../app/service/data/tables.ts'
import {
  createDestination,
  deleteDestination,
  editDestination,
  getDestination,
  listDestinations,
  testAddress,
  testDestination,
} from '../../app/service/destinations.ts'
import type { PeopleContext } from '../../app/service/people/context.ts'
import { warehouseTables } from '../../app/service/resources/data.ts'
import { destination, destinationInput, destinationTest } from '../../app/service/resources/destination.ts'
import { all, body, byId, group, json, nothing } from '../declare.ts'

const list = createRoute({
  method: 'get',
  path: '/',
  operationId: 'listDestinations',
  summary: 'The warehouses',
  responses: { 200: json(all(destination), 'All of them, by name') },
})

const create = createRoute({
  method: 'post',
  path: '/',
  operationId: 'createDestination',
  summary: 'Add a warehouse',
  request: { body: body(destinationInput) },
  responses: { 201: json(destination, 'It was added') },
})

const tryOut = createRoute({
  method: 'post',
  path: '/test',
  operationId: 'testAddress',
  summary: 'Try an address before it is added',
  request: { body: body(destinationInput.pick({ address: true }).meta({ id: 'AddressInput' })) },
  responses: { 200: json(destinationTest, 'How it went') },
})

const get = createRoute({
  method: 'get',
  path: '/{id}',
  operationId: 'getDestination',
  summary: 'A warehouse',
  request: { params: byId },
  responses: { 200: json(destination, 'The warehouse') },
})

const edit = createRoute({
  method: 'put',
  path: '/{id}',
  operationId: 'editDestination',
  summary: "Change a warehouse's name or address",
  request: { params: byId, body: body(destinationInput) },
  responses: { 200: json(destination, 'As it is now') },
})

const remove = createRoute({
  method: 'delete',
  path: '/{id}',
  operationId: 'deleteDestination',
  summary: 'Forget a warehouse that no integration uses; what stands in it stays',
  request: { params: byId },
  responses: { 204: nothing },
})

const test = createRoute({
  method: 'post',
  path: '/{id}/test',
  operationId: 'testDestination',
  summary: 'Try a warehouse',
  request: { params: byId },
  responses: { 200: json(destinationTest, 'How it went') },
})

const tables = createRoute({
  method: 'get',
  path: '/{id}/tables',
  operationId: 'listWarehouseTables',
  summary: 'What stands in a warehouse: tables and their columns',
  request: { params: byId },
  responses: { 200: json(warehouseTables, 'Its tables, by schema and name') },
})

export function destinationsApi(ctx: PeopleContext) {
  return group()
    .openapi(list, async (c) => c.json({ items: await listDestinations(ctx.service) }, 200))
    .openapi(create, async (c) => c.json(await createDestination(ctx.service, c.req.valid('json')), 201))
    .openapi(tryOut, async (c) => c.json(await testAddress(ctx.service, c.req.valid('json').address), 200))
    .openapi(get, async (c) => c.json(await getDestination(ctx.service, c.req.valid('param').id), 200))
    .openapi(edit, async (c) =>
      c.json(await editDestination(ctx.service, c.req.valid('param').id, c.req.valid('json')), 200),
    )
    .openapi(remove, async (c) => {
      await deleteDestination(ctx.service, c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(test, async (c) => c.json(await testDestination(ctx.service, c.req.valid('param').id), 200))
    .openapi(tables, async (c) =>
      c.json({ tables: await tablesOfWarehouse(ctx.service, c.req.valid('param').id) }, 200),
    )
}
