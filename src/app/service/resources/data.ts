/** What stands in a warehouse: its tables, their first rows, answers to SQL. */
import { z } from 'zod'
import { count, id } from './common.ts'

export const warehouseColumn = z
  .object({
    name: z.string(),
    type: z.string().describe("In the warehouse's own words"),
    nullable: z.boolean(),
    key: z.boolean(),
    description: z.string().nullable(),
  })
  .meta({ id: 'WarehouseColumn' })

export const warehouseTable = z
  .object({
    schema: z.string(),
    name: z.string(),
    stream: z.string().nullable().describe('Which it is filled from, where that is known'),
    columns: z.array(warehouseColumn),
  })
  .meta({ id: 'WarehouseTable' })
export type WarehouseTable = z.output<typeof warehouseTable>

export const warehouseTables = z.object({ tables: z.array(warehouseTable) }).meta({ id: 'WarehouseTables' })

export const tableCount = z
  .object({
    stream: z.string(),
    rows: count.describe('Of objects that are there; with modes that keep versions, of all of these'),
    deleted: count.describe('Of objects that are gone, marked with _deleted_at'),
  })
  .meta({ id: 'TableCount' })
export type TableCount = z.output<typeof tableCount>

export const previewQuery = z.object({
  table: z.string().min(1).max(200).describe('A stream of the integration: `invoices`'),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type PreviewQuery = z.output<typeof previewQuery>

export const queryInput = z
  .object({
    destination_id: id,
    sql: z.string().trim().min(1, 'the query is empty').max(20_000),
    limit: z.int().min(1).max(10_000).default(1_000),
  })
  .meta({ id: 'QueryInput' })
export type QueryInput = z.output<typeof queryInput>

export const queryAnswer = z
  .object({
    columns: z.array(z.object({ name: z.string(), type: z.string().nullable() })),
    rows: z
      .array(z.array(z.unknown()))
      .describe('64-bit integers, decimals and times are strings; times are in UTC'),
    more: z.boolean().describe('There are more rows than were asked for'),
    seconds: z.number(),
    row_count: count,
  })
  .meta({ id: 'QueryAnswer' })
export type QueryAnswer = z.output<typeof queryAnswer>
