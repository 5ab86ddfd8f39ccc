/** `--max-reads-per-month`: a sync stops where it is, and later ones come to the same end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lastJson } from '../cli/spawn.ts'
import { integration, tablesOf } from '../support/integration.ts'

test('a sync stops at the limit of reads, and the next one carries on', async (context) => {
  const { sandbox, sync, sameAsSandbox } = await integration(context, { scale: 400 })
  const selection = ['--tables', 'customers,products,prices,invoices,invoice_lines']

  const first = await sync(...selection, '--max-reads-per-month', '6')
  assert.equal(first.code, 3, first.stderr)
  const summary = lastJson(first.stdout)
  assert.equal(summary.status, 'partial')
  assert.equal(summary.reads_30_days, 6)
  assert.equal(summary.reads_allowed, 6)
  assert.equal(sandbox.stats().requests, 6, 'the account, and five pages')
  for (const { status, reason } of tablesOf(first.stdout).values()) {
    assert.equal(status, 'paused')
    assert.match(reason ?? '', /limit of 6 reads in 30 days is used up/)
  }

  const second = await sync(...selection, '--max-reads-per-month', '6')
  assert.equal(second.code, 3, second.stderr)
  assert.equal(sandbox.stats().requests, 7, 'nothing but whose key it is')
  assert.equal(lastJson(second.stdout).status, 'partial')

  const third = await sync(...selection)
  assert.equal(third.code, 0, third.stderr)
  assert.equal(lastJson(third.stdout).reads_allowed, null)
  assert.equal(lastJson(third.stdout).reads_30_days, sandbox.stats().requests)
  await sameAsSandbox(['customers', 'products', 'prices', 'invoices'])
})

test('a limit of many small runs reaches the end, without a read more than each allows', async (context) => {
  const { sandbox, sync, ids, sameAsSandbox } = await integration(context, { scale: 200 })
  const selection = ['--tables', 'customers,charges']
  let rows = 0
  for (let limit = 10, done = false; !done; limit += 10) {
    const { code, stdout, stderr } = await sync(...selection, '--max-reads-per-month', String(limit))
    assert.ok(code === 0 || code === 3, stderr)
    assert.ok(sandbox.stats().requests <= limit)
    const there = (await ids('customers')).length + (await ids('charges')).length
    assert.ok(there >= rows)
    assert.ok(limit < 200, 'it comes to an end')
    rows = there
    done = lastJson(stdout).status === 'succeeded'
  }
  await sameAsSandbox(['customers', 'charges'])
})
