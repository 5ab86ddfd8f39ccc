import type { Scenario } from '../figures.ts'
import { runSync } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'

export const sevenTables = [
  ...['invoices', 'customers', 'subscriptions', 'tax_rates', 'products', 'coupons', 'refunds'],
]

export const rerun: Scenario = {
  about: `A second sync of seven tables (${sevenTables.join(', ')}) when nothing has changed.`,
  async run(options) {
    const objects = options.quick ? 500 : 5_000
    await using sandbox = await sandboxProcess(
      { stream: 'customers', objects },
      { latencyMs: 300, rateLimit: 'live' },
    )
    const sync = { url: sandbox.url, tables: sevenTables.join(), file: 'rerun.duckdb' }
    const first = await runSync(sync, options)
    await sandbox.reset()
    const second = await runSync(sync, options)
    const { stats } = await sandbox.state()
    const rows = second.said.tables.reduce((sum, table) => sum + table.rows + table.deleted, 0)
    return {
      figures: [
        { what: 'requests of the first run', value: first.said.requests, unit: '' },
        { what: 'requests of the empty second run', value: stats.requests, unit: '' },
        { what: 'seconds of the empty second run', value: second.said.seconds, unit: 's' },
        { what: 'wall time of its process', value: second.usage.seconds, unit: 's' },
        { what: 'rows that the second run wrote', value: rows, unit: '' },
      ],
      notes: [
        `by path: ${Object.entries(stats.endpoints)
          .map(([path, { requests }]) => `${path} ${requests}`)
          .join(', ')}`,
      ],
      detail: { first: first.said, second: second.said, sandbox: stats },
    }
  },
}
