/**
 * A world of made-up objects for any stream of the catalog, so that every list can be exercised: every column
 * has a value of its type, ids look like Stripe's, children belong to their parents.
 */
import type { Catalog, CatalogColumn, CatalogStream } from '../stripe/catalog.ts'
import { type Fields, setAt } from './json.ts'
import type { SandboxObject, World } from './world.ts'

/** Prefixes of ids that the name of the object does not suggest. Source: the fixtures of Stripe's OpenAPI files. */
const prefixes: Readonly<Record<string, string>> = {
  'billing.alert': 'alrt',
  'billing.credit_grant': 'credgr',
  'checkout.session': 'cs_test',
  'entitlements.feature': 'feat',
  'radar.early_fraud_warning': 'issfr',
  'radar.value_list': 'rsl',
  'radar.value_list_item': 'rsli',
  'reporting.report_run': 'frr',
  'terminal.configuration': 'tmc',
  'terminal.location': 'tml',
  'terminal.reader': 'tmr',
  'test_helpers.test_clock': 'clock',
  account: 'acct',
  application_fee: 'fee',
  balance_transaction: 'txn',
  capability: 'cap',
  charge: 'ch',
  coupon: 'cpn',
  credit_note: 'cn',
  customer: 'cus',
  dispute: 'dp',
  event: 'evt',
  fee_refund: 'fr',
  file_link: 'link',
  invoice: 'in',
  invoice_payment: 'inpay',
  invoiceitem: 'ii',
  item: 'li',
  line_item: 'il',
  payment_intent: 'pi',
  payment_link: 'plink',
  payment_method: 'pm',
  payout: 'po',
  price: 'price',
  product: 'prod',
  promotion_code: 'promo',
  quote: 'qt',
  refund: 're',
  review: 'prv',
  setup_intent: 'seti',
  shipping_rate: 'shr',
  subscription: 'sub',
  subscription_item: 'si',
  subscription_schedule: 'sub_sched',
  tax_code: 'txcd',
  tax_id: 'txi',
  tax_rate: 'txr',
  topup: 'tu',
  transfer: 'tr',
  transfer_reversal: 'trr',
  webhook_endpoint: 'we',
}

export function idPrefix(object: string): string {
  return prefixes[object] ?? object.replaceAll(/[^a-z]/g, '').slice(0, 12)
}

export interface GenericOptions {
  /** Objects per stream, and children per parent. */
  readonly count: number
  /** Unix seconds of the newest object. */
  readonly now: number
  readonly account: SandboxObject
  /** Streams that are made up; all of the catalog when absent. */
  readonly streams?: ReadonlySet<string>
}

/** Seconds between two objects; two of them share each second, as objects do. */
const step = 3600

export function genericWorld(catalog: Catalog, options: GenericOptions): World {
  const { count, now, account } = options
  const byName = new Map(catalog.streams.map((stream) => [stream.name, stream]))
  const wanted = (name: string) => options.streams?.has(name) ?? true
  const made = catalog.streams.filter(
    ({ name, parent, path }) =>
      wanted(name) && name !== 'events' && (parent !== undefined || !path.includes('{')),
  )
  const streams = new Set(made.map((stream) => stream.name))

  const created = (index: number) => now - Math.floor((count - 1 - index) / 2) * step
  const id = (stream: CatalogStream, index: number, parent = '') =>
    `${idPrefix(stream.objects[0] ?? stream.name)}_${hash(stream.name + parent)}${index.toString(36).padStart(6, '0')}`

  function indexOf(stream: CatalogStream, wantedId: string): number | undefined {
    const index = Number.parseInt(wantedId.slice(-6), 36)
    return index >= 0 && index < count && id(stream, index) === wantedId ? index : undefined
  }

  function make(stream: CatalogStream, index: number, parent?: string): SandboxObject {
    const object: Fields = { id: id(stream, index, parent), object: stream.objects[0] ?? stream.name }
    for (const column of stream.columns) {
      const { path } = column
      if (path.length === 0 || path[0] === 'id' || path[0] === 'object' || path[0] === 'deleted') continue
      for (let depth = 1; depth < path.length; depth++) {
        const head = path.slice(0, depth)
        if (!(typeof at(object, head) === 'object')) setAt(object, head, {})
      }
      setAt(object, path, value(column, index))
    }
    if ('created' in object) object.created = created(index)
    if (stream.created !== undefined) object[stream.created.field] = created(index)
    if (parent !== undefined && stream.parent !== undefined) {
      const column = stream.columns.find(({ name }) => name === stream.parent?.column)
      if (column !== undefined && column.path.length > 0) setAt(object, column.path, parent)
    }
    // What the default list would leave out is not made up: a test of all lists wants to see all objects.
    if ('test_clock' in object) object.test_clock = null
    for (const list of stream.lists) {
      const child = byName.get(list.stream)
      if (child === undefined) continue
      const items = child.parent?.stream === stream.name ? family(child, String(object.id)) : []
      for (let depth = 1; depth < list.path.length; depth++) {
        const head = list.path.slice(0, depth)
        if (!(typeof at(object, head) === 'object')) setAt(object, head, {})
      }
      setAt(object, list.path, items)
    }
    return object as SandboxObject
  }

  function family(child: CatalogStream, parent: string): readonly SandboxObject[] {
    return Array.from({ length: count }, (_, index) => make(child, count - 1 - index, parent))
  }

  const need = (name: string): CatalogStream => {
    const stream = byName.get(name)
    if (stream === undefined) throw new Error(`the catalog has no stream ${name}`)
    return stream
  }

  return {
    account,
    streams,
    count: () => count,
    created: (_, index) => created(index),
    id: (name, index) => id(need(name), index),
    index: (name, wantedId) => {
      const stream = byName.get(name)
      return stream === undefined || stream.parent !== undefined ? undefined : indexOf(stream, wantedId)
    },
    object: (name, index) => make(need(name), index),
    children: (name, parent) => family(need(name), parent),
  }
}

function at(object: Fields, path: readonly string[]): unknown {
  let found: unknown = object
  for (const part of path) found = (found as Fields | undefined)?.[part]
  return found
}

function value(column: CatalogColumn, index: number): unknown {
  const { name, type, nullable } = column
  if (nullable && (index + name.length) % 5 === 0) return null
  switch (type) {
    case 'text':
      if (name === 'currency' || name.endsWith('_currency')) return 'usd'
      return column.expandable === true ? null : `${name} ${index}`
    case 'integer':
      return index * 100 + name.length
    case 'decimal':
      return `${index}.${String(name.length).padStart(2, '0')}`
    case 'float':
      return index + 0.5
    case 'boolean':
      return name === 'active' || name === 'open' || index % 2 === 0
    case 'timestamp':
      return 1_700_000_000 + index * step
    case 'date':
      return `2024-01-${String((index % 28) + 1).padStart(2, '0')}`
    case 'json':
      return name === 'metadata' ? { order: String(index) } : { [name]: index }
  }
}

/** FNV-1a in base 36: short, and different for different names. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0
  return value.toString(36)
}
