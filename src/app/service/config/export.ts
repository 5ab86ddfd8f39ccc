/** The store as a file that `sluice apply` makes the same of. */
import { Document } from 'yaml'
import { destinations as allDestinations } from '../../../store/destinations.ts'
import { type IntegrationRow, presentIntegrations } from '../../../store/integrations.ts'
import type { ServiceContext } from '../context.ts'
import { givenAddressOf } from '../destinations.ts'
import { storedOf } from '../integration-view.ts'
import { neverVerified, verifySettings } from '../resources/integration.ts'
import type { TableSelection } from '../resources/selection.ts'
import { tableSelection } from '../resources/selection.ts'

export interface Exported {
  readonly text: string
  /** Variables that must be set where the file is applied. */
  readonly variables: readonly string[]
}

/** Secrets are not in it: a variable of the environment stands for each. */
export async function exportConfig(ctx: ServiceContext): Promise<Exported> {
  const variables = new Set<string>()
  const variable = (name: string, what: string) => {
    const wanted = `${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}_${what}`
    let chosen = wanted
    for (let n = 2; variables.has(chosen); n++) chosen = `${wanted}_${n}`
    variables.add(chosen)
    return { env: chosen }
  }
  const stored = await allDestinations(ctx.pool)
  const names = new Map(stored.map(({ id, name }) => [id, name]))
  const destinations: Record<string, unknown> = {}
  for (const { id, name, address_shown } of stored) {
    const isOpen = (await givenAddressOf(ctx, id)) === address_shown
    destinations[name] = { address: isOpen ? address_shown : variable(name, 'ADDRESS') }
  }
  const integrations: Record<string, unknown> = {}
  for (const row of await presentIntegrations(ctx.pool)) {
    integrations[row.name] = integrationOf(row, names.get(row.destination_id ?? ''), () =>
      variable(row.name, 'API_KEY'),
    )
  }
  const document = new Document({ destinations, integrations }, { aliasDuplicateObjects: false })
  document.commentBefore = heading([...variables])
  return { text: document.toString({ lineWidth: 110 }), variables: [...variables] }
}

function heading(variables: readonly string[]): string {
  const lines = [
    ' yaml-language-server: $schema=./sluice.schema.json',
    ' Made by `sluice export`; `sluice apply -f` this file. `sluice schema` prints the schema for editors.',
    ...(variables.length > 0
      ? [` Secrets are not in it. Set before it is applied: ${variables.join(', ')}`]
      : []),
  ]
  return lines.join('\n')
}

function integrationOf(row: IntegrationRow, destination: string | undefined, key: () => unknown) {
  const { source, schedule, selection, verify } = storedOf(row)
  const { kind, ...rest } = source
  return {
    ...(row.description === '' ? {} : { description: row.description }),
    schedule,
    ...(JSON.stringify(verifySettings.parse(verify)) === JSON.stringify(neverVerified) ? {} : { verify }),
    history: row.since?.toISOString() ?? 'all',
    source: kind === 'key' ? { api_key: key(), ...rest } : { kind, ...rest },
    destination,
    tables: selection.tables.map(tableOf),
    deletes: selection.deletes,
    new_fields: selection.new_fields,
    ...(row.status === 'paused' ? { paused: true } : {}),
  }
}

/** What is as by default is not said; a table of which nothing else is to be said is its name. */
function tableOf(table: TableSelection): unknown {
  const plain: Readonly<Record<string, unknown>> = tableSelection.parse({ name: table.name })
  const said = Object.entries(table).filter(
    ([field, value]) => JSON.stringify(value) !== JSON.stringify(plain[field]),
  )
  return said.length === 0 ? table.name : { name: table.name, ...Object.fromEntries(said) }
}
