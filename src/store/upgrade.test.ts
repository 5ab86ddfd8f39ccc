/** From each schema that there ever was to the one of now: with rows in it, which are all there after. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { dumpSchema } from '../../test/store/dump.ts'
import { newDatabase, stopDatabases } from '../../test/support/databases.ts'
import { readBackup, writeBackup } from './backup.ts'
import type { Sql } from './database.ts'
import { destinationById } from './destinations.ts'
import { integrationView } from './integrations.ts'
import { migrate, migrations } from './migrate.ts'
import { openStore } from './open.ts'
import { runLogs } from './run-logs.ts'
import { runView, tableRuns } from './runs.ts'

const dataDir = mkdtempSync(join(tmpdir(), 'sluice-upgrade-'))
after(async () => {
  await stopDatabases()
  rmSync(dataDir, { recursive: true, force: true })
})

/** An integration with a run, in the words of the first schema. */
async function fill(sql: Sql) {
  const ids = {
    secret: randomUUID(),
    destination: randomUUID(),
    integration: randomUUID(),
    run: randomUUID(),
  }
  await sql.query(
    "insert into sluice.secrets (id, key_id, nonce, sealed) values ($1, 'k', '\\x00', '\\x01')",
    [ids.secret],
  )
  await sql.query(
    `insert into sluice.destinations (id, name, address_shown, address_secret ${await extra(sql, 'destinations', ['kind', 'queryable'])})
     values ($1, 'main', 'duckdb:./a.duckdb', $2 ${(await extra(sql, 'destinations', ['kind', 'queryable'])) && ", 'duckdb', true"})`,
    [ids.destination, ids.secret],
  )
  await sql.query(
    `insert into sluice.integrations
       (id, name, description, status, destination_id, source, source_secret, account_id, livemode, selection, schedule)
     values ($1, 'acme', E'tab\\t and line\\n', 'active', $2, '{"kind": "key"}', $3, 'acct_1', false,
       '{"tables": [{"name": "invoices"}]}', '{"kind": "manual"}')`,
    [ids.integration, ids.destination, ids.secret],
  )
  await sql.query(
    "insert into sluice.runs (id, integration_id, status, trigger) values ($1, $2, 'succeeded', 'person')",
    [ids.run, ids.integration],
  )
  await sql.query(
    "insert into sluice.table_runs (run_id, stream, table_name, status) values ($1, 'invoices', 'acme.invoices', 'ok')",
    [ids.run],
  )
  await sql.query(
    "insert into sluice.run_logs (run_id, attempt, at, level, message) values ($1, 1, now(), 'info', 'a \\ back')",
    [ids.run],
  )
  return ids
}

/** `, a, b` where the table has these columns already. */
async function extra(sql: Sql, table: string, columns: readonly string[]): Promise<string> {
  const { rowCount } = await sql.query(
    "select 1 from information_schema.columns where table_schema = 'sluice' and table_name = $1 and column_name = $2",
    [table, columns[0]],
  )
  return rowCount === 0 ? '' : `, ${columns.join(', ')}`
}

async function check(sql: Sql, ids: Awaited<ReturnType<typeof fill>>) {
  assert.equal((await destinationById(sql, ids.destination))?.kind, 'duckdb')
  const integration = await integrationView(sql, ids.integration)
  assert.equal(integration?.description, 'tab\t and line\n')
  assert.equal(integration?.last_run?.id, ids.run)
  assert.equal((await runView(sql, ids.run))?.status, 'succeeded')
  assert.deepEqual(
    (await tableRuns(sql, ids.run)).map(({ stream }) => stream),
    ['invoices'],
  )
  assert.deepEqual(
    (await runLogs(sql, ids.run, { limit: 10 })).map(({ message }) => message),
    ['a \\ back'],
  )
}

for (const { id } of migrations()) {
  test(`schema ${id}: upgraded, and restored from a backup of then, it has the schema and all rows`, async () => {
    const known = migrations().filter((one) => one.id <= id)
    const open = async () =>
      openStore({ dataDir, databaseUrl: await newDatabase(), migrate: true, migrations: known })
    await using store = await open()
    const ids = await fill(store.pool)
    const file = join(dataDir, `${id}.backup`)
    const written = await writeBackup(store.pool, file, new Date())
    await migrate(store.pool)
    const golden = readFileSync(new URL('../../test/golden/store.txt', import.meta.url), 'utf8')
    assert.equal(await dumpSchema(store.pool), golden)
    await check(store.pool, ids)

    await using other = await open()
    assert.deepEqual(await readBackup(other.pool, file), written)
    await migrate(other.pool)
    await check(other.pool, ids)
    // What is counted up goes on behind what was restored.
    await other.pool.query(
      "insert into sluice.run_logs (run_id, attempt, at, level, message) values ($1, 1, now(), 'info', 'next')",
      [ids.run],
    )
  })
}

test('a backup that was cut off is refused, and leaves nothing behind', async () => {
  await using store = await openStore({ dataDir, databaseUrl: await newDatabase(), migrate: true })
  await fill(store.pool)
  const file = join(dataDir, 'whole.backup')
  await writeBackup(store.pool, file, new Date())
  const { gunzipSync, gzipSync } = await import('node:zlib')
  const { writeFileSync } = await import('node:fs')
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n')
  writeFileSync(join(dataDir, 'cut.backup'), gzipSync(`${lines.slice(0, -1).join('\n')}\n`))
  writeFileSync(join(dataDir, 'torn.backup'), readFileSync(file).subarray(0, -40))
  await using empty = await openStore({ dataDir, databaseUrl: await newDatabase(), migrate: true })
  await assert.rejects(readBackup(empty.pool, join(dataDir, 'cut.backup')), /not whole/)
  await assert.rejects(readBackup(empty.pool, join(dataDir, 'torn.backup')), /not a whole one/)
  await assert.rejects(readBackup(empty.pool, join(dataDir, 'none.backup')), /cannot be read: ENOENT/)
  const { rows } = await empty.pool.query('select count(*) as rows from sluice.integrations')
  assert.deepEqual(rows, [{ rows: 0 }])
})
