import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { holding } from '../../test/conformance/held.ts'
import { batchOf, loadOf, rowOf, tableOf } from '../../test/conformance/rows.ts'
import { conformance } from '../../test/conformance/suite.ts'
import { freePort } from '../../test/support/free-port.ts'
import { options, postgresPlace } from '../../test/support/postgres-place.ts'
import { ConfigError } from '../core/errors.ts'
import type { OpenOptions, Table } from '../core/model.ts'
import { historyTable } from '../core/modes.ts'
import { parseAddress } from './postgres/address.ts'
import { hold } from './postgres/held.ts'
import { openPostgres, postgres } from './postgres.ts'

const { cluster, ask, open, opened } = await postgresPlace()
after(() => cluster[Symbol.asyncDispose]())

let places = 0

conformance(
  'postgres',
  async () => {
    const integration = `place_${++places}`
    return {
      open: async (other = '') =>
        holding(
          openPostgres(
            parseAddress(cluster.url(), {}),
            options({ integration: `${other}${integration}` }),
            5_000,
          ),
          hold,
        ),
      async [Symbol.asyncDispose]() {},
    }
  },
  postgres.caps,
)

// ---------------------------------------------------------------- what people see

test('postgres: a drop names what depends on the tables and leaves all then; it leaves what others made', async () => {
  const table = tableOf('things', { total: 'integer' })
  await using warehouse = await opened('dropped', [table])
  await ask('create view public.report as select count(*) from dropped.things')
  await ask('create table dropped.mine (one integer)')
  await assert.rejects(warehouse.drop(), (error) => {
    assert.ok(error instanceof ConfigError, String(error))
    assert.match(error.message, /view public.report depends on table dropped\.things/)
    return true
  })
  await warehouse.load(loadOf([batchOf(table, { upserts: [rowOf(table, { id: 'a' })] })]))
  await ask('drop view public.report')
  assert.deepEqual(await warehouse.drop(), ['things'])
  const tables = `select relname from pg_class where relnamespace = 'dropped'::regnamespace and relkind = 'r'`
  assert.deepEqual(await ask(tables), [['mine']])
  await ask('drop table dropped.mine')
  await using again = await opened('dropped', [table])
  await again.drop()
  assert.deepEqual(await ask(`select to_regnamespace('dropped') is null`), [[true]])
})

const bills: Table = {
  ...tableOf('bills', { created: 'timestamp', customer: 'text', total: 'decimal', more: 'json' }),
  lookups: ['created', 'customer'],
  parent: { stream: 'customers', column: 'customer' },
  description: "Bills, also those that aren't paid. https://example.com/bills",
}

test('postgres: a table has its key, types and comment, and its indexes when its first rows are there', async () => {
  await using warehouse = await opened('looks', [
    bills,
    historyTable({ ...bills, columns: bills.columns.slice(4), key: ['id'] }),
  ])
  await warehouse.load(
    loadOf([
      batchOf(bills, {
        upserts: [
          rowOf(bills, {
            id: 'a',
            created: 1,
            customer: 'cus\0',
            total: '12.50',
            more: '{"a":"\\u0000\\ud800"}',
          }),
        ],
      }),
    ]),
  )
  const indexes = async () =>
    (
      await ask(
        `select indexdef from pg_indexes where schemaname = 'looks' and tablename = 'bills' order by 1`,
      )
    ).map(([definition]) => /INDEX (\S+) ON .*(\(.*\))/.exec(String(definition))?.slice(1))
  const first = [
    ['bills_customer_idx', '(customer)'],
    ['bills_pkey', '(id, _account_id)'],
  ]
  // By the one on the parent what is gone of a parent's list is found from the start.
  assert.deepEqual(await indexes(), first)
  await warehouse.prepare([bills])
  assert.deepEqual(await indexes(), first)
  await warehouse.load({ ...loadOf([]), complete: ['bills', 'others'] })
  assert.deepEqual(await indexes(), [['bills_created_idx', '(created)'], ...first])
  assert.deepEqual(await ask(`select obj_description('looks.bills'::regclass)`), [[bills.description]])
  assert.deepEqual(
    await ask(
      `select pg_typeof(more)::text, pg_typeof(total)::text, total::text, customer, more->>'a', extract(timezone from created)::text from looks.bills`,
    ),
    [['jsonb', 'numeric', '12.50', 'cus\u241b0000', '\u241b0000\u241bd800', '19800']],
  )
  assert.deepEqual(
    await ask(`select load_number::int, tables->'bills'->>'rows' from looks._sluice_loads order by 1`),
    [
      [1, '1'],
      [2, null],
    ],
  )
})

test('postgres: a table that was there before gets the indexes that it lacks, and who reads it is not kept waiting', async () => {
  const { lookups: _, ...plain } = bills
  await (await opened('older', [plain]))[Symbol.asyncDispose]()
  // Another's index on `customer` with more columns will do; one of some rows will not.
  await ask(`create index theirs on older.bills (customer, total); create index partial on older.bills (created)
    where created is not null`)
  const said: string[] = []
  const report: OpenOptions['report'] = (event) => void (event.type === 'log' && said.push(event.message))
  const patience = 0
  await using warehouse = openPostgres(
    parseAddress(cluster.url(), {}),
    options({ integration: 'older', report }),
    patience,
  )
  await warehouse.readState()
  const indexes = async () =>
    (
      await ask(
        `select indexname from pg_indexes where schemaname = 'older' and tablename = 'bills' order by 1`,
      )
    ).flat()
  // Who writes keeps an index from being made: it is told, and the run goes on.
  const other = new Client({ connectionString: cluster.url() })
  await other.connect()
  await other.query('begin; lock table older.bills in row exclusive mode')
  await warehouse.prepare([bills])
  assert.deepEqual(await indexes(), ['bills_pkey', 'partial', 'theirs'])
  assert.match(
    said.join('\n'),
    /the index of older\.bills \(created\) was not made; the next run tries again: .*55P03/,
  )
  // Who reads does not.
  await other.query('rollback; begin; select count(*) from older.bills')
  await warehouse.prepare([bills])
  const whole = ['bills_created_idx', 'bills_pkey', 'partial', 'theirs']
  assert.deepEqual(await indexes(), whole)
  assert.deepEqual(await warehouse.prepare([bills]), [])
  assert.deepEqual(await indexes(), whole)
  await other.end()
})

test('postgres: a role may be given the right to read, also of tables that were there before', async () => {
  await ask('create role analyst login')
  const other = tableOf('other', {})
  await (await opened('read_by', [bills]))[Symbol.asyncDispose]()
  await using warehouse = await opened('read_by', [bills, other], { query: '?reader=analyst' })
  await warehouse.load(loadOf([batchOf(other, { upserts: [rowOf(other, { id: 'a' })] })]))
  const as = cluster.url({ user: 'analyst' })
  assert.deepEqual(await ask('select count(*)::int from read_by.other', as), [[1]])
  assert.deepEqual(await ask('select count(*)::int from read_by.bills', as), [[0]])
  assert.deepEqual(await ask('select count(*)::int from read_by._sluice_loads', as), [[1]])
  await assert.rejects(ask('select * from read_by._sluice_checkpoints', as), { code: '42501' })
  await using unknown = open('read_by', { query: '?reader=nobody_there' })
  await assert.rejects(unknown.check(), { name: 'ConfigError', message: /no role nobody_there/ })
})

test('postgres: schemas and tables of another program are left alone', async () => {
  await ask('create schema shop; create table shop.things (id int); create schema given')
  for (const [integration, message] of [
    ['shop', /schema called shop, which Sluice did not make/],
    ['pg_things', /is a name of PostgreSQL itself/],
  ] as const) {
    await using warehouse = open(integration)
    for (const method of ['check', 'readState'] as const) {
      await assert.rejects(warehouse[method](), { name: 'ConfigError', message })
    }
  }
  await using warehouse = await opened('given', [bills])
  await ask('create table given.other (id int)')
  await assert.rejects(warehouse.prepare([tableOf('other', {})]), {
    name: 'ConfigError',
    message: /given\.other that Sluice did not make/,
  })
  await ask('alter table given.bills alter total type numeric(10,2)')
  await assert.rejects(warehouse.prepare([bills]), {
    name: 'ConfigError',
    message: /bills\.total is numeric\(10,2\) in the warehouse/,
  })
})

test('postgres: check leaves nothing, and names missing rights with the SQL that gives them', async () => {
  await ask('create role loader login')
  await ask('create database own')
  await ask('revoke temporary on database own from public')
  const as = (user: string) => cluster.url({ user, database: 'own' })
  const address = parseAddress(as('loader'), {})
  await using warehouse = openPostgres(address, options({ integration: 'acme' }), 0)
  const lacking = async () => {
    const error = await warehouse.check().then(
      () => undefined,
      (error: unknown) => error,
    )
    if (error === undefined) return undefined
    assert.ok(error instanceof ConfigError, String(error))
    return [error.message, /have an owner run: (.*)/.exec(error.cure ?? '')?.[1] ?? ''] as const
  }
  const first = await lacking()
  assert.match(first?.[0] ?? '', /^loader lacks the right: temporary tables; to create the schema acme$/)
  await ask(first?.[1] ?? '', as('postgres'))
  assert.equal(await lacking(), undefined)
  assert.deepEqual(
    await ask(`select count(*)::int from pg_class where relnamespace = 'acme'::regnamespace`, as('postgres')),
    [[0]],
  )
  await warehouse.readState()
  await warehouse.prepare([bills])
  await ask('alter table acme.bills owner to postgres; alter schema acme owner to postgres', as('postgres'))
  const second = await lacking()
  assert.match(second?.[0] ?? '', /to create tables in acme; to alter acme\.bills, owned by postgres/)
  await ask(second?.[1] ?? '', as('postgres'))
  assert.equal(await lacking(), undefined)
})

test('postgres: what cannot be reached or used is told in one line', async () => {
  await ask(`create database latin encoding 'LATIN1' template template0`)
  await ask('create role frozen superuser login; alter role frozen set default_transaction_read_only = on')
  const closed = await freePort()
  const wrong: readonly (readonly [string, string, RegExp])[] = [
    [cluster.url({ port: closed }), 'TransientError', /^PostgreSQL at 127\.0\.0\.1:\d+: .*ECONNREFUSED/],
    [cluster.url({ database: 'nowhere' }), 'ConfigError', /^there is no database nowhere/],
    [cluster.url({ user: 'stranger' }), 'ConfigError', /does not let stranger in/],
    [cluster.url({ database: 'latin' }), 'ConfigError', /^the database is in LATIN1/],
    [cluster.url({ user: 'frozen' }), 'ConfigError', /is read-only at the moment/],
    [cluster.url({ query: '?sslmode=require' }), 'ConfigError', /does not speak TLS, and sslmode is require/],
  ]
  for (const [url, name, message] of wrong) {
    await using warehouse = openPostgres(parseAddress(url, {}), options(), 0)
    await assert.rejects(warehouse.check(), (error) => {
      assert.ok(error instanceof Error)
      assert.deepEqual([error.name, message.test(error.message)], [name, true], error.message)
      assert.ok(!error.message.includes('\n') && (error as ConfigError).cure)
      return true
    })
  }
})

// ---------------------------------------------------------------- queries

test('postgres: queries read and cannot write', async () => {
  await using warehouse = await opened('asked', [bills])
  const upserts = ['a', 'b', 'c'].map((id) =>
    rowOf(bills, { id, created: 1_500_000, total: '1.5', more: '{"x":1}' }),
  )
  await warehouse.load(loadOf([batchOf(bills, { upserts })]))
  const query = (sql: string, limit = 2) => postgres.query?.(cluster.url(), sql, { limit, workDir: '.' })
  assert.deepEqual(
    await query(
      'select id, created, total, more, 1::int as n, true as yes, null as no from asked.bills order by id;',
    ),
    {
      columns: ['id', 'created', 'total', 'more', 'n', 'yes', 'no'],
      rows: ['a', 'b'].map((id) => [id, '1970-01-01 00:00:01.5+00', '1.5', '{"x": 1}', 1, true, null]),
      more: true,
    },
  )
  assert.deepEqual((await query('show timezone'))?.rows, [['UTC']])
  for (const sql of [
    'delete from asked.bills',
    'select nothing',
    'select 1; commit; drop table asked.bills',
    'commit',
    'with gone as (delete from asked.bills returning id) select * from gone',
  ]) {
    await assert.rejects(
      async () => {
        await query(sql)
        await query('select 1/(select count(*) - 3 from asked.bills)')
      },
      { name: 'ConfigError', message: /^the query does not run/ },
      sql,
    )
  }
  assert.deepEqual((await query('select count(*) from asked.bills'))?.rows, [['3']])
})
