/** An account gets into each kind of warehouse whole, though its runs are killed at statement after statement. */
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { played } from '../model/killed.ts'
import { stopDatabases } from '../support/databases.ts'

after(stopDatabases)

test('a DuckDB file: killed at statement after statement, the account gets into it whole', async () => {
  const deaths = await played('duckdb', [3, 12, 40, 95, 170, 260], [60, 45, 90, 110])
  assert.ok(deaths >= 8, `${deaths} deaths`)
})

test('a folder of files: killed at step after step, the account gets into it whole', async () => {
  const deaths = await played('files', [2, 5, 9, 40, 95, 170], [25, 40, 60, 75])
  assert.ok(deaths >= 8, `${deaths} deaths`)
})

test('PostgreSQL: killed at statement after statement, the account gets into it whole', async () => {
  const deaths = await played('postgres', [3, 12, 30, 60, 110, 170], [40, 30, 60, 80])
  assert.ok(deaths >= 8, `${deaths} deaths`)
})
