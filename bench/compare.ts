/** Whether a warehouse has every object of the sandbox exactly once. */
import { query } from '../src/app/query.ts'
import type { SandboxProcess } from './sandbox-process.ts'

export interface Compared {
  readonly table: string
  readonly right: boolean
  readonly rows: number
  readonly text: string
}

/** `names` as `SandboxProcess.state` takes them; all keys are called `id`. */
export async function compare(
  sandbox: SandboxProcess,
  /** Of DuckDB, or an address. */
  file: string,
  names: readonly string[],
): Promise<readonly Compared[]> {
  const { counts } = await sandbox.state(names)
  const compared: Compared[] = []
  for (const name of names) {
    const table = tableOf(name)
    const sql = `select count(*), count(distinct id), count(_deleted_at) from bench.${table}`
    const result = await query(file.includes(':') ? file : `duckdb:${file}`, sql, 1)
    const [rows = 0, distinct, deleted] = (result.rows[0] ?? []).map(Number)
    const expected = counts[name]
    compared.push({
      table,
      rows,
      right: rows === expected && distinct === expected && deleted === 0,
      text: `${rows} rows, ${distinct} ids, ${deleted} marked deleted; the sandbox has ${expected}`,
    })
  }
  return compared
}

/** As `compare`; throws for the first table that is not right. */
export async function mustAgree(...given: Parameters<typeof compare>): Promise<readonly Compared[]> {
  const compared = await compare(...given)
  const wrong = compared.find(({ right }) => !right)
  if (wrong) throw new Error(`${wrong.table}: ${wrong.text}`)
  return compared
}

/** `invoice_lines<invoices` is the table `invoice_lines`. */
export function tableOf(name: string): string {
  return name.split('<')[0] ?? name
}
