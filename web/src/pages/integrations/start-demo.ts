import { streamsQuery } from '../../api/catalog.ts'
import { createDestination, destinationsQuery } from '../../api/destinations.ts'
import { createIntegration } from '../../api/integrations.ts'
import { queryClient } from '../../api/query-client.ts'
import { checkSource } from '../../api/sources.ts'
import type { Integration } from '../../api/types.ts'
import { coreTables } from '../../selection/choose.ts'

const address = 'duckdb:./demo.duckdb'

/** The made-up account with its core tables, into a DuckDB file beside the service's own: all by one click. */
export async function startDemo(): Promise<Integration> {
  const source = { kind: 'demo' } as const
  const [{ items: streams }, { items: known }, { streams: access }] = await Promise.all([
    queryClient.fetchQuery(streamsQuery),
    queryClient.fetchQuery(destinationsQuery),
    checkSource(source),
  ])
  const warehouse =
    known.find((one) => one.address === address) ??
    (await createDestination({ name: 'Demo warehouse', address }))
  const made = await createIntegration({
    name: 'demo',
    description: 'A made-up account, to look around',
    schedule: { kind: 'every', minutes: 24 * 60 },
    history: 'all',
    source,
    destination_id: warehouse.id,
    selection: { tables: [...coreTables(streams, access)], deletes: 'soft', new_fields: 'reload' },
    reuse_name: true,
  })
  await queryClient.invalidateQueries()
  return made
}
