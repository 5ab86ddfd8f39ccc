/** Views that outlive a version of Stripe's API, made by the warehouse's own program from what `sluice views` prints. */
import assert from 'node:assert/strict'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { DuckDBInstance } from '@duckdb/node-api'
import { query } from '../../src/app/query.ts'
import { viewsOf } from '../../src/app/views.ts'
import { lastJson, run } from '../cli/spawn.ts'
import { integration } from '../support/integration.ts'
import { viewsShowTheAccount } from '../support/stable-views.ts'
import { longTest } from '../support/thorough.ts'

test('duckdb: the columns that versions took away are there, and right', async (context) => {
  const { sandbox, sync, rows, cwd, env, file } = await integration(context)
  const address = `duckdb:${file}`
  const early = await run(['views', '--name', 'acme', '--to', address], { cwd, env })
  assert.equal(early.code, 2, early.stdout)
  assert.equal((await sync('--tables', 'core')).code, 0)
  const execute = async (sql: string) => {
    const instance = await DuckDBInstance.create(file)
    const connection = await instance.connect()
    await connection.run(sql)
    connection.closeSync()
    instance.closeSync()
  }
  await viewsShowTheAccount({ sandbox, address, execute, rows, table: (name) => `acme.${name}` })

  const said = await run(['views', '--name', 'acme', '--to', address, '--json'], { cwd, env })
  assert.equal(lastJson(said.stdout).sql, await viewsOf(address, 'acme'))
  // What an earlier version filled counts as well.
  await execute(`use acme.acme; alter table invoices add column subscription varchar;
    update invoices set subscription = 'sub_before' where parent_subscription_details_subscription is null`)
  await execute(await viewsOf(address, 'acme'))
  const [[before, all] = []] = await rows(
    `select count(*) filter (subscription = 'sub_before'), count(subscription) from acme.invoices_stable`,
  )
  assert.ok(Number(before) > 0 && Number(before) < Number(all), `${before} of ${all}`)
})

longTest('sqlite: the columns that versions took away are there, and right', async (context) => {
  const place = (folder: string) => `sqlite:${folder}/acme.db`
  const { sandbox, sync, cwd } = await integration(context, {}, place)
  assert.equal((await sync('--tables', 'core')).code, 0)
  await viewsShowTheAccount({
    sandbox,
    address: place(cwd),
    execute: async (sql) => {
      const database = new DatabaseSync(`${cwd}/acme.db`)
      database.exec(sql)
      database.close()
    },
    rows: async (sql) => (await query(place(cwd), sql, 1_000_000)).rows,
    table: (name) => `acme_${name}`,
  })
})

test('what a view needs and was not selected leaves its column out; without any of them there is an error', async (context) => {
  const { sync, file } = await integration(context)
  assert.equal((await sync('--tables', 'invoices,coupons', '--exclude-fields', 'invoices=total')).code, 0)
  const sql = await viewsOf(`duckdb:${file}`, 'acme')
  assert.match(sql, /as "subscription"/)
  assert.doesNotMatch(sql, /as "tax"|as "payment_intent"|charges_stable/)
  await assert.rejects(viewsOf(`duckdb:${file}`, 'other'), { name: 'ConfigError', message: /has no table/ })
})

test('a warehouse of files says that it has no views', async () => {
  await assert.rejects(viewsOf('files:./lake?format=csv', 'acme'), {
    name: 'ConfigError',
    message: /no views/,
  })
})
