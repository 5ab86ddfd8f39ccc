/** Whether the tables of a warehouse hold what a sandbox holds, row by row. */
import type { Row } from '../../src/core/model.ts'
import { loadTable } from '../../src/core/schema.ts'
import { destinationFor } from '../../src/destinations/registry.ts'
import type { Sandbox } from '../../src/sandbox/server.ts'
import { tablesFor } from '../../src/stripe/selection.ts'
import { columnsOf, untrue } from './truth.ts'

/** Bookkeeping columns, which come first. */
const ours = 4

/** One line per difference. */
export async function differing(
  sandbox: Sandbox,
  at: { readonly address: string; readonly integration: string; readonly workDir: string },
  streams: readonly string[],
): Promise<readonly string[]> {
  const destination = await destinationFor(at.address)
  await using warehouse = await destination.open(at.address, {
    ...at,
    signal: new AbortController().signal,
    report: () => {},
  })
  const lines: string[] = []
  for (const name of streams) {
    const table = tablesFor([{ name }]).get(name)
    if (!table) throw new Error(`the catalog has no ${name}`)
    const rows: Row[] = []
    for await (const row of warehouse.read(loadTable(table)))
      if (row[ours - 1] === null) rows.push(row.slice(ours))
    lines.push(...(await untrue(sandbox, name, columnsOf(name), rows)))
  }
  return lines
}
