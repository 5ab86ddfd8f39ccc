import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { mustAgree } from '../compare.ts'
import type { Figure, Scenario } from '../figures.ts'
import { runUnlimited } from '../measured.ts'
import { sandboxProcess } from '../sandbox-process.ts'

export const parquet: Scenario = {
  about:
    'Invoices with all their lines into Parquet files, beside the same into a DuckDB file, without limits.',
  async run(options) {
    const objects = options.quick ? 5_000 : Math.round(Math.min(...options.millions) * 1_000_000)
    await using sandbox = await sandboxProcess(
      { stream: 'invoices', objects },
      { latencyMs: 0, rateLimit: 'off' },
    )
    const figures: Figure[] = []
    const notes: string[] = []
    const detail: Record<string, unknown> = {}
    const folder = join(options.folder, 'lake')
    const places = [
      { name: 'Parquet', file: 'lake', to: `files:${folder}?grace=0`, size: folder },
      { name: 'DuckDB', file: 'lake.duckdb', size: join(options.folder, 'lake.duckdb') },
    ]
    for (const { name, size, ...place } of places) {
      await sandbox.reset()
      const sync = () =>
        runUnlimited({ url: sandbox.url, tables: 'invoices,invoice_lines', ...place }, options)
      const { said, usage } = await sync()
      const names = ['invoices', 'invoice_lines<invoices']
      const compared = await mustAgree(sandbox, place.to ?? join(options.folder, place.file), names)
      const rows = compared.reduce((sum, table) => sum + table.rows, 0)
      const again = await sync()
      figures.push(
        { what: `${name}: seconds`, value: said.seconds, unit: 's' },
        { what: `${name}: rows per second`, value: rows / said.seconds, unit: '/s' },
        {
          what: `${name}: processor time per million rows`,
          value: (usage.cpuSeconds / rows) * 1e6,
          unit: 's',
        },
        { what: `${name}: peak memory`, value: usage.peakMb, unit: 'MB', target: { is: '<', value: 640 } },
        { what: `${name}: bytes per row`, value: bytesOf(size) / rows, unit: '' },
        { what: `${name}: seconds of a run that finds nothing new`, value: again.said.seconds, unit: 's' },
      )
      notes.push(`${name}: ${rows.toLocaleString('en')} rows, ${filesOf(size).toLocaleString('en')} files`)
      detail[name] = { summary: said, usage }
    }
    return { figures, notes, detail }
  },
}

function below(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path]
  const entries = readdirSync(path, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
}

const bytesOf = (path: string) => below(path).reduce((sum, file) => sum + statSync(file).size, 0)
const filesOf = (path: string) => below(path).length
