/** What can be replicated, for who chooses. */
import type { CatalogStream as Listed } from '../../stripe/catalog.ts'
import { type Described, descriptionsOf } from '../../stripe/descriptions.ts'
import { isPersonal } from '../../stripe/personal.ts'
import { streamInfos } from '../../stripe/selection.ts'
import { catalog, stream } from '../../stripe/streams.ts'
import { NotFoundError } from './errors.ts'
import type { CatalogStream, CatalogStreamDetail, Connector } from './resources/catalog.ts'

/** The tables that the hosted connector offers. */
const seven = new Set([
  'invoices',
  'customers',
  'subscriptions',
  'tax_rates',
  'products',
  'coupons',
  'refunds',
])

export function connectors(): readonly Connector[] {
  const { apiVersion, streams } = catalog()
  return [
    {
      name: 'stripe',
      title: 'Stripe',
      summary:
        'Invoices, customers, subscriptions and everything else of a Stripe account, with every later change and deletion',
      docs: 'https://docs.stripe.com/api',
      api_version: apiVersion,
      tables: streams.filter(({ unreadable }) => !unreadable).length,
      replication: ['Key-based, by lastRunDate', 'Full refresh', 'Append', 'History'],
      suggested_minutes: 24 * 60,
      authentication: [
        'Restricted key',
        'Secret key',
        "An organization's key",
        "A platform's key and an account",
      ],
    },
  ]
}

/** In the order of the catalog. */
export function catalogStreams(): readonly CatalogStream[] {
  return streamInfos().map((info) => ({
    name: info.name,
    description: info.description,
    docs: info.docs ?? null,
    core: info.core,
    standard: info.standard,
    seven: seven.has(info.name),
    parent: info.parent ?? null,
    replication: replicationOf(info.name),
    permission: info.permission ?? null,
    columns: info.table.columns.length,
    unreadable: info.unreadable ?? null,
  }))
}

/** Throws `NotFoundError`. */
export function catalogStream(name: string): CatalogStreamDetail {
  const info = streamInfos().find((one) => one.name === name)
  const listed = catalogStreams().find((one) => one.name === name)
  if (!info || !listed) throw new NotFoundError('table')
  const told = descriptionsOf(name)
  const isWithheld = (column: string) =>
    info.withheld?.some((place) => column === place || column.startsWith(`${place}_`)) ?? false
  return {
    ...listed,
    columns: info.table.columns.map(({ name: column, type, nullable }) => ({
      name: column,
      type,
      nullable,
      key: info.table.key.includes(column),
      description: told.columns[column] || null,
      parts: partsOf(name, column, told),
      personal: isPersonal(name, column),
      withheld: isWithheld(column),
    })),
  }
}

/** What is in a JSON column's objects, so far as Stripe declares it. */
function partsOf(
  stream: string,
  column: string,
  told: Described,
): CatalogStreamDetail['columns'][number]['parts'] {
  return Object.entries(told.parts)
    .filter(([place]) => place.startsWith(`${column}.`))
    .map(([place, [type, text]]) => ({
      name: place,
      type,
      description: text || null,
      personal: isPersonal(stream, place.slice(place.lastIndexOf('.') + 1)),
    }))
}

/** How changes of a table are found; of one that is read with its parent, as the parent's. */
function replicationOf(name: string): CatalogStream['replication'] {
  let one: Listed | undefined = stream(name)
  while (one?.parent) one = stream(one.parent.stream)
  if (!one) return 'whole'
  if (one.events.length > 0 && (one.coverage === 'full' || one.coverage === 'immutable')) return 'changes'
  return one.created ? 'sweeps' : 'whole'
}
