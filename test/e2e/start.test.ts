/** `npm start` on a machine without a key. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { folder, run } from '../cli/spawn.ts'

test('start replicates a sandbox, says so, and gives a query that works', async (context) => {
  const cwd = await folder(context)
  const { code, stdout, stderr } = await run(['start'], { cwd })
  assert.equal(code, 0, stderr)
  assert.match(stderr, /STRIPE_API_KEY is not set: replicating a sandbox/)
  assert.match(stdout, /^demo\.invoices +ok +[\d,]+/m)
  assert.match(stdout, /^succeeded: [\d,]+ rows into duckdb:\.\/sluice\.duckdb/m)

  const [, sql] = /bin\/sluice query "([^"]+)"/.exec(stdout) ?? []
  assert.ok(sql, stdout)
  const asked = await run(['query', sql], { cwd })
  assert.equal(asked.code, 0, asked.stderr)
  assert.match(asked.stdout, /^month +currency +invoices +paid/)
  assert.match(asked.stdout, /^20\d\d-\d\d +/m)

  const elsewhere = { cwd, env: { TZ: 'Pacific/Auckland' } }
  const times = await run(['query', 'select max(created) as last, hour(last) from demo.customers'], elsewhere)
  const [, at, hour] = /^20\S+ (\d\d):\d\d:\d\d\+00 +(\d+)$/m.exec(times.stdout) ?? []
  assert.ok(at !== undefined && Number(at) === Number(hour), `in UTC: ${times.stdout}`)

  const again = await run(['start', '--quiet'], { cwd })
  assert.equal(again.code, 0, again.stderr)
})
