/** The whole way into files: an account (the sandbox), the command line, and what other engines find. */
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { DuckDBInstance } from '@duckdb/node-api'
import { lastJson, run } from '../cli/spawn.ts'
import { integration } from './integration.ts'

/** Registers the tests for a format. */
export function wholeWay(format: string): void {
  const place = (folder: string) => `files:${folder}/lake?format=${format}`

  test(`${format}: syncs, a change, queries and verify agree with the account`, async (context) => {
    const { sandbox, sync, check, verify, sameAsSandbox, ids, rows, cwd, env } = await integration(
      context,
      {},
      place,
    )
    assert.equal(lastJson((await check('--json')).stdout).name, 'free')
    assert.equal((await sync()).code, 0)
    await sameAsSandbox()
    assert.equal(lastJson((await check('--json')).stdout).name, 'ours')

    const [changed, gone] = await ids('customers')
    assert.ok(changed && gone)
    // Stripe's times are whole seconds.
    await setTimeout(1_100)
    await sandbox.update('customers', changed, { description: 'changed' })
    await sandbox.remove('customers', gone)
    const again = await sync()
    assert.equal(again.code, 0, again.stderr)
    await sameAsSandbox()
    assert.deepEqual(await rows(`select description from acme.customers where id = '${changed}'`), [
      ['changed'],
    ])
    assert.deepEqual(
      (
        await rows(
          `select email is not null, _deleted_at is not null from acme.customers where id = '${gone}'`,
        )
      ).flat(),
      [true, true],
    )

    const verified = await verify()
    assert.equal(verified.code, 0, verified.stdout + verified.stderr)
    const shown = await run(['query', '--to', place('.'), 'select count(*) from acme.invoices'], { cwd, env })
    assert.match(shown.stdout, /\d/)
    assert.equal(shown.code, 0, shown.stderr)
  })

  test(`${format}: views.sql, run by DuckDB alone, has every row once`, async (context) => {
    const { sync, rows, cwd } = await integration(context, {}, place)
    assert.equal((await sync()).code, 0)
    const instance = await DuckDBInstance.create(':memory:')
    const connection = await instance.connect()
    await connection.run("set TimeZone = 'UTC'")
    await connection.run(await readFile(join(cwd, 'lake/acme/views.sql'), 'utf8'))
    for (const table of ['customers', 'invoices', 'invoice_lines']) {
      const sql = `select * from acme.${table} order by all`
      const found = (await connection.runAndReadAll(sql)).getRowsJson()
      assert.deepEqual(found, await rows(sql), table)
      assert.ok(found.length > 0, table)
    }
    connection.closeSync()
    instance.closeSync()
  })
}
