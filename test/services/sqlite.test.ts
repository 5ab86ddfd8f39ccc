/** The whole way into a SQLite file: an account (the sandbox) and the command line. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { query } from '../../src/app/query.ts'
import { folder, run } from '../cli/spawn.ts'
import { integration } from '../support/integration.ts'

test('sqlite: syncs, a change, queries and verify agree with the account', async (context) => {
  const place = (folder: string) => `sqlite:${folder}/acme.db`
  const { sandbox, sync, check, verify, cwd, env } = await integration(context, {}, place)
  const rows = async (sql: string) => (await query(place(cwd), sql, 100_000)).rows
  assert.equal((await check()).code, 0)
  assert.equal((await sync()).code, 0)
  const verified = await verify()
  assert.equal(verified.code, 0, verified.stdout + verified.stderr)

  const [changed, gone] = (await rows('select id from acme_customers order by id limit 2')).flat().map(String)
  assert.ok(changed && gone)
  // Stripe's times are whole seconds.
  await setTimeout(1_100)
  await sandbox.update('customers', changed, { description: 'changed' })
  await sandbox.remove('customers', gone)
  const again = await sync()
  assert.equal(again.code, 0, again.stderr)
  assert.deepEqual(await rows(`select description from acme_customers where id = '${changed}'`), [
    ['changed'],
  ])
  assert.deepEqual(
    await rows(`select email is not null, _deleted_at is not null from acme_customers where id = '${gone}'`),
    [['1', '1']],
  )
  assert.equal((await verify()).code, 0)
  const shown = await run(['query', '--to', place('.'), 'select count(*) from acme_invoices'], { cwd, env })
  assert.equal(shown.code, 0, shown.stderr)
  assert.match(shown.stdout, /[1-9]/)
})

test('sqlite: what is printed at the end of a run works there', async (context) => {
  const cwd = await folder(context)
  const { code, stdout, stderr } = await run(['start', '--to', 'sqlite:./demo.db', '--quiet'], { cwd })
  assert.equal(code, 0, stderr)
  assert.match(stdout, /^demo_invoices +ok +[\d,]+/m)
  const [, sql] = /bin\/sluice query "([^"]+)" --to sqlite:\.\/demo\.db/.exec(stdout) ?? []
  assert.ok(sql, stdout)
  const asked = await run(['query', sql, '--to', 'sqlite:./demo.db'], { cwd })
  assert.equal(asked.code, 0, asked.stderr)
  assert.match(asked.stdout, /^20\d\d-\d\d +/m)
})
