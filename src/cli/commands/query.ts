import { query } from '../../app/query.ts'
import { ConfigError } from '../../core/errors.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'
import { counted } from '../progress/words.ts'
import { cut, textTable } from '../table.ts'

/** Rows, and characters of a value, that a person can look at; `--json` has the values whole. */
const shown = 1_000
const widest = 60

export async function queryCommand(
  values: Readonly<Record<string, unknown>>,
  sql: string | undefined,
): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const address = typeof values.to === 'string' ? values.to : 'duckdb:./sluice.duckdb'
    if (!sql?.trim()) throw new ConfigError('the query is empty', { cure: 'write SQL, such as "select 1"' })
    const { columns, rows, more } = await query(address, sql, shown)
    if (options.json) {
      printJson({ columns, rows, more })
      return
    }
    const table = textTable(
      columns,
      rows.map((row) => row.map(cellText)),
      process.stdout.isTTY ? process.stdout.columns : undefined,
    )
    process.stdout.write(`${table}\n`)
    process.stderr.write(more ? `the first ${counted(shown, 'row')}\n` : `${counted(rows.length, 'row')}\n`)
  })
}

function cellText(value: unknown): string {
  if (value === null) return ''
  // Line ends and escape sequences of the data are not for the terminal.
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return cut(text.replaceAll(/[\p{Cc}\s]+/gu, ' '), widest)
}
