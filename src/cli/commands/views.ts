import { viewsOf } from '../../app/views.ts'
import { attempt, attemptOf } from '../attempt.ts'
import { printJson } from '../json-line.ts'

export async function viewsCommand(values: Readonly<Record<string, unknown>>): Promise<void> {
  const options = attemptOf(values)
  await attempt(options, async () => {
    const sql = await viewsOf(String(values.to ?? 'duckdb:./sluice.duckdb'), String(values.name))
    if (options.json) printJson({ sql })
    else process.stdout.write(sql)
  })
}
