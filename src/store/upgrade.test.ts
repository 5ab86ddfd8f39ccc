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
  for (const [table, columns] of Object.entries(laterRows(ids))) {
    if (!(await tablesOf(sql)).includes(table)) continue
    const there = await columnsOf(sql, table)
    const names = Object.keys(columns).filter((name) => there.includes(name))
    const places = names.map((_, index) => `$${index + 1}`)
    await sql.query(
      `insert into sluice.${table} (${names}) values (${places})`,
      names.map((name) => (columns as Readonly<Record<string, unknown>>)[name]),
    )
  }
  return ids
}

/** A row of each table that the lines above do not fill; columns that came later are left out where they are not yet. */
function laterRows(ids: { readonly secret: string; readonly integration: string; readonly run: string }) {
  const { secret, integration: integration_id, run: run_id } = ids
  const [user, channel, rule] = [randomUUID(), randomUUID(), randomUUID()]
  const now = new Date()
  const json = JSON.stringify({ a: 1 })
  return {
    settings: { name: 'a', value: json },
    tables: { integration_id, stream: 'invoices', table_name: 'acme.invoices', columns: 3 },
    reads: { account_id: 'acct_1', day: now, reads: 7 },
    users: { id: user, name: 'Ada', email: 'ada@sluice.example', role: 'admin' },
    sessions: { id: randomUUID(), user_id: user, token: 't', expires_at: now },
    logins: { id: randomUUID(), user_id: user, provider_id: 'credential', account_id: user, password: 'h' },
    verifications: { id: randomUUID(), identifier: 'a', value: 'b', expires_at: now },
    links: {
      id: randomUUID(),
      kind: 'password',
      hash: Buffer.from('1'),
      email: 'a',
      user_id: user,
      expires_at: now,
    },
    tokens: {
      id: randomUUID(),
      user_id: user,
      name: 'ci',
      scope: 'read',
      hash: Buffer.from('2'),
      shown: 'slt_',
    },
    attempts: { key: 'a', count: 1, until: now },
    idempotency_keys: { user_id: user, key: 'k', fingerprint: Buffer.from('3'), status: 200, answer: json },
    audit: { actor_kind: 'system', actor_name: 'cli', action: 'store.migrate', object_kind: 'store' },
    alert_channels: { id: channel, name: 'ops', kind: 'webhook', shown: 'a', secret, created_at: now },
    alert_rules: {
      id: rule,
      channel_id: channel,
      integration_id,
      events: JSON.stringify(['run_failed']),
      created_at: now,
    },
    alert_states: { rule_id: rule, integration_id, event: 'run_failed', subject: '', since: now },
    alert_deliveries: { id: randomUUID(), channel_id: channel, message: json, created_at: now },
    webhooks: { integration_id, secret, created_at: now },
    drops: { integration_id, status: 'done', requested_at: now, ended_at: now },
    verify_runs: {
      id: randomUUID(),
      integration_id,
      status: 'queued',
      trigger: 'person',
      repair: false,
      queued_at: now,
    },
    accounts: {
      integration_id,
      account_id: 'acct_2',
      status: 'succeeded',
      run_id,
      rows: 1,
      deleted: 0,
      requests: 1,
      tried_at: now,
    },
    oauth_grants: {
      id: randomUUID(),
      state_hash: Buffer.from('4'),
      session_id: user,
      secret,
      expires_at: now,
    },
  }
}

async function columnsOf(sql: Sql, table: string): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    "select column_name as name from information_schema.columns where table_schema = 'sluice' and table_name = $1",
    [table],
  )
  return rows.map(({ name }) => name)
}

async function tablesOf(sql: Sql): Promise<readonly string[]> {
  const { rows } = await sql.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'sluice'::regnamespace order by 1",
  )
  return rows.map(({ name }) => name)
}

/** Of each table how many rows it has. */
async function counts(sql: Sql): Promise<Readonly<Record<string, number>>> {
  const all: Record<string, number> = {}
  for (const name of await tablesOf(sql)) {
    const { rows } = await sql.query<{ count: number }>(`select count(*)::int as count from sluice.${name}`)
    all[name] = rows[0]?.count ?? 0
  }
  return all
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
    const filled = await counts(store.pool)
    assert.deepEqual(
      Object.keys(filled).filter((table) => filled[table] === 0),
      [],
      'a table without a row',
    )
    const file = join(dataDir, `${id}.backup`)
    const written = await writeBackup(store.pool, file, new Date())
    await migrate(store.pool)
    const golden = readFileSync(new URL('../../test/golden/store.txt', import.meta.url), 'utf8')
    assert.equal(await dumpSchema(store.pool), golden)
    await check(store.pool, ids)
    const { migrations: _, ...rows } = filled
    const kept = await counts(store.pool)
    assert.deepEqual(Object.fromEntries(Object.keys(rows).map((table) => [table, kept[table]])), rows)

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
