import assert from 'node:assert/strict'
import { test } from 'node:test'
import { played } from './killed.ts'

test('a DuckDB file: killed at statement after statement, the account gets into it whole', async () => {
  const deaths = await played('duckdb', [3, 12, 40, 95, 170, 260], [60, 45, 90, 110])
  assert.ok(deaths >= 8, `${deaths} deaths`)
})
