/** A small catalog with every kind of list, an account's objects for it, and a warehouse in memory; for tests. */
import type { Cell, Change, Json, ReadItem, Row, RunEvent, StreamEnd, Table } from '../../core/model.ts'
import { keyPositions } from '../../core/schema.ts'
import type { StripeObject } from '../api.ts'
import type { Catalog, CatalogStream } from '../catalog.ts'
import { column, streamOf, tableOf } from './streams.ts'

const id = column('id', 'text', { nullable: false })
const created = { field: 'created', from: 'created[gte]', to: 'created[lt]' }
const time = column('created', 'timestamp')

export const streams: readonly CatalogStream[] = [
  streamOf({
    name: 'invoices',
    columns: [id, time, column('total', 'integer')],
    created,
    lists: [{ path: ['lines'], stream: 'invoice_lines', expand: false }],
  }),
  streamOf({
    name: 'invoice_lines',
    path: '/v1/invoices/{invoice}/lines',
    key: ['invoice', 'id'],
    columns: [id, column('invoice', 'text', { path: [] }), column('amount', 'integer')],
    parent: { stream: 'invoices', column: 'invoice', in: 'path', param: 'invoice' },
    lists: [{ path: ['taxes'], stream: 'line_taxes', expand: true }],
  }),
  streamOf({
    name: 'line_taxes',
    path: '/v1/line_items/{line}/taxes',
    columns: [id, column('line', 'text', { path: [] })],
    parent: { stream: 'invoice_lines', column: 'line', in: 'path', param: 'line' },
  }),
  streamOf({
    name: 'customers',
    columns: [id, time],
    created,
    permission: 'customer_read',
    lists: [
      { path: ['cards'], stream: 'customer_cards', expand: true },
      { path: ['sessions'], stream: 'customer_sessions', expand: true },
    ],
  }),
  streamOf({
    name: 'customer_cards',
    path: '/v1/customers/{customer}/cards',
    columns: [id, column('customer', 'text')],
    permission: 'customer_read',
    parent: { stream: 'customers', column: 'customer', in: 'path', param: 'customer' },
  }),
  streamOf({
    name: 'customer_sessions',
    path: '/v1/sessions',
    columns: [id, column('customer', 'text')],
    permission: 'session_read',
    parent: { stream: 'customers', column: 'customer', in: 'query', param: 'customer' },
  }),
  streamOf({
    name: 'prices',
    columns: [id, time],
    created,
    params: ['active'],
    variants: [{ active: 'true' }, { active: 'false' }],
  }),
  streamOf({ name: 'coupons', columns: [id], params: ['status'], fixed: { status: 'all' } }),
  streamOf({ name: 'report_types', columns: [id], pagination: 'none' }),
  streamOf({ name: 'nothings', columns: [id, time], created }),
]

export const catalog: Catalog = { apiVersion: 'test', streams }

export function streamNamed(name: string): CatalogStream {
  const found = streams.find((stream) => stream.name === name)
  if (!found) throw new Error(`no stream ${name}`)
  return found
}

export const tablesOf = (names: readonly string[]): ReadonlyMap<string, Table> =>
  new Map(names.map((name) => [name, tableOf(streamNamed(name))]))

const tables = new Map(streams.map((stream) => [stream.name, tableOf(stream)]))
function tableNamed(name: string): Table {
  return tables.get(name) ?? tableOf(streamNamed(name))
}

export const everything = streams.map(({ name }) => name)

/** Numbers of children that each must be complete. */
export const childCounts = [0, 1, 10, 11, 100, 101, 1050]
/** 2026-01-01. */
export const end = 1_767_225_600

export type Objects = { [stream: string]: StripeObject[] }

/** An account of about `count` objects per stream: many in one second, a gap, and the rest spread out. */
export function account(count: number, lines: readonly number[] = [0, 1, 2]): Objects {
  const times = (stream: number) =>
    Array.from({ length: count }, (_, index) => {
      if (index < count / 4) return end - 1 - stream
      return end - 1000 - stream - (index % 3 === 0 ? 0 : index * 40_000)
    }).sort((a, b) => b - a)
  const many = (prefix: string, size: number, more: (item: string) => object = () => ({})) =>
    Array.from({ length: size }, (_, index) => ({ id: `${prefix}_${index}`, ...more(`${prefix}_${index}`) }))
  const line = (item: string) => ({
    amount: 1,
    taxes: many(`${item}_tax`, item.endsWith('_3') ? 12 : item.endsWith('_1') ? 1 : 0),
  })
  return {
    invoices: times(0).map((created, index) => ({
      id: `in_${index}`,
      created,
      total: index,
      lines: many(`in_${index}_il`, lines[index % lines.length] ?? 0, line),
    })),
    customers: times(1).map((created, index) => ({
      id: `cus_${index}`,
      created,
      cards: many(`cus_${index}_card`, index % 50 === 0 ? 13 : index % 2, () => ({
        customer: `cus_${index}`,
      })),
      sessions: many(`cus_${index}_ses`, index % 3, () => ({ customer: `cus_${index}` })),
    })),
    prices: times(2).map((created, index) => ({ id: `price_${index}`, created, active: index % 3 === 0 })),
    coupons: many('coupon', count),
    report_types: many('type', 30),
    nothings: [],
  }
}

/** Ids of all objects of the account, by stream; children with their parent's. */
export function idsOf(objects: Objects): { [stream: string]: string[] } {
  const ids: { [stream: string]: string[] } = {}
  const visit = (stream: CatalogStream, items: readonly StripeObject[], parent?: string) => {
    for (const item of items) {
      ids[stream.name] = ids[stream.name] ?? []
      ids[stream.name]?.push(parent === undefined ? `${item.id}` : `${parent} ${item.id}`)
      for (const list of stream.lists) {
        visit(streamNamed(list.stream), item[list.path[0] ?? ''] as StripeObject[], `${item.id}`)
      }
    }
  }
  for (const [name, items] of Object.entries(objects)) visit(streamNamed(name), items)
  for (const list of Object.values(ids)) list.sort()
  return ids
}

/** Applies pages as a warehouse does. */
export function warehouse() {
  const rows = new Map<
    string,
    Map<string, { readonly row: Row; readonly version: number; readonly gone: boolean }>
  >()
  const state = new Map<string, Json>()
  const ends: StreamEnd[] = []
  const upserts = new Map<string, number>()

  const apply = (change: Change, table: Table) => {
    const there = rows.get(change.stream) ?? new Map()
    rows.set(change.stream, there)
    if (change.op === 'prune') {
      const { within } = change
      const column = within ? table.columns.findIndex(({ name }) => name === within.column) : -1
      for (const [key, known] of there) {
        const cell = known.row[column]
        const isWithin =
          !within ||
          ('equals' in within
            ? cell === within.equals
            : Number(cell) >= (within.from ?? 0) && Number(cell) < (within.to ?? Number.POSITIVE_INFINITY))
        if (isWithin && known.version < change.version) there.set(key, { ...known, gone: true })
      }
      return
    }
    if (change.op === 'upsert') upserts.set(change.stream, (upserts.get(change.stream) ?? 0) + 1)
    const key = keyPositions(table)
      .map((position) => change.row[position])
      .join(' ')
    const known = there.get(key)
    if (known && known.version > change.version) return
    there.set(key, { row: change.row, version: change.version, gone: change.op === 'delete' })
  }

  return {
    state,
    ends,
    upserts,
    take(item: ReadItem) {
      if (item.kind === 'end') {
        ends.push(item)
        return
      }
      for (const change of item.changes) apply(change, tableNamed(change.stream))
      if (item.checkpoint?.cursor === null) state.delete(item.checkpoint.scope)
      // As it would come back from a warehouse.
      else if (item.checkpoint) {
        state.set(item.checkpoint.scope, JSON.parse(JSON.stringify(item.checkpoint.cursor)) as Json)
      }
    },
    /** The cells of one column of the rows that are there, by id. */
    cells(name: string, column: string): ReadonlyMap<string, Cell> {
      const columns = tableOf(streamNamed(name)).columns.map((one) => one.name)
      const there = [...(rows.get(name) ?? [])].filter(([, { gone }]) => !gone)
      return new Map(there.map(([key, { row }]) => [key, row[columns.indexOf(column)] ?? null]))
    },
    /** Keys of the rows that are there, by stream; a child's with its parent's id first. */
    ids(): { [stream: string]: string[] } {
      const ids: { [stream: string]: string[] } = {}
      for (const [name, there] of rows) {
        const stream = streamNamed(name)
        const columns = tableOf(stream).columns.map((one) => one.name)
        const shown = [...there.values()]
          .filter(({ gone }) => !gone)
          .map(({ row }) =>
            [stream.parent?.column, 'id']
              .flatMap((one) => (one ? [row[columns.indexOf(one)]] : []))
              .join(' '),
          )
        if (shown.length > 0) ids[name] = shown.sort()
      }
      return ids
    },
  }
}

export type Warehouse = ReturnType<typeof warehouse>

/** Keeps what was reported. */
export function reports() {
  const events: RunEvent[] = []
  return { events, report: (event: RunEvent) => void events.push(event) }
}
