import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { Client } from 'pg'
import { holding } from '../../test/conformance/held.ts'
import { numberedLoad, numberedTable, wholeLoads } from '../../test/conformance/numbered.ts'
import { batchOf, loadOf, rowOf, tableOf } from '../../test/conformance/rows.ts'
import { conformance } from '../../test/conformance/suite.ts'
import { startProxy } from '../../test/support/pg-proxy.ts'
import { freePort, npmPrograms, startCluster } from '../../test/support/postgres.ts'
import { times } from '../../test/support/thorough.ts'
import { ConfigError } from '../core/errors.ts'
import type { OpenOptions, Row, Table } from '../core/model.ts'
import { historyTable } from '../core/modes.ts'
import { parseAddress } from './postgres/address.ts'
import { hold } from './postgres/held.ts'
import { openPostgres, postgres } from './postgres.ts'

const cluster = await startCluster({ programs: npmPrograms() })
after(() => cluster[Symbol.asyncDispose]())

let places = 0

function options(more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir: '.', signal: new AbortController().signal, report() {}, ...more }
}

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

/** Asks the server itself, as the superuser. */
async function ask(sql: string, url = cluster.url()): Promise<readonly (readonly unknown[])[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows
  } finally {
    await client.end()
  }
}

function open(
  integration: string,
  more: {
    readonly query?: string
    readonly port?: number
    readonly patience?: number
    readonly silence?: number
    readonly user?: string
  } = {},
) {
  const address = parseAddress(cluster.url(more), {})
  return openPostgres(address, options({ integration }), more.patience ?? 20_000, more.silence)
}

async function opened(integration: string, tables: readonly Table[], more: Parameters<typeof open>[1] = {}) {
  const warehouse = open(integration, more)
  await warehouse.readState()
  await warehouse.prepare(tables)
  return warehouse
}

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

// ---------------------------------------------------------------- rows that are new

/** Rows of `things` with these numbers as keys, in version 5 unless told. */
function thingsOf(from: number, to: number, total: number, version = 5) {
  return Array.from({ length: to - from }, (_, at) =>
    rowOf(numberedTable, { id: `${from + at}`, total }, { version }),
  )
}

/** A table of another program that refers to `things`. */
async function refer(integration: string): Promise<void> {
  await ask(`create table ${integration}.notes (thing text, account text, note text,
    foreign key (thing, account) references ${integration}.things (id, _account_id) on delete cascade)`)
}

test('postgres: rows go straight into their table; what they replace is looked for where it is not guessed that they are new', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('straight', [numberedTable], { port: proxy.port })
  /** Whether this statement was said, after which the connection breaks once unless told; and the receipt. */
  const load = async (upserts: readonly Row[], at: string, how?: 'pass') => {
    proxy.fault = { at, when: 'after', times: 1, ...(how === undefined ? {} : { how }) }
    const { tables } = await warehouse.load(loadOf([batchOf(numberedTable, { upserts })]))
    const said = proxy.fault.times === 0
    proxy.fault = undefined
    return { said, ...tables.get('things') }
  }
  const looks = 'gone as (delete'
  const totals = async (ids: string) =>
    (await ask(`select id || ':' || total from straight.things where id in (${ids}) order by id`)).flat()

  const whole = { rows: 1_000, deleted: 0 }
  assert.deepEqual(await load(thingsOf(0, 1_000, 1), 'copy "straight"."things"'), { said: true, ...whole })
  assert.deepEqual(await load(thingsOf(1_000, 2_000, 1), 'release savepoint'), { said: true, ...whole })
  assert.deepEqual(await load(thingsOf(2_000, 3_000, 1), looks), { said: false, ...whole })
  // Two that are there, not among those that the guess is made from; one is newer there.
  const known = [...thingsOf(7, 8, 2, 4), ...thingsOf(8, 9, 2, 6)]
  const mixed = (upserts: readonly Row[]) => [...upserts.slice(0, 9), ...known, ...upserts.slice(9)]
  const third = await load(mixed(thingsOf(3_000, 4_000, 2)), 'rollback to savepoint')
  assert.deepEqual(third, { said: true, rows: 1_001, deleted: 0 })
  assert.deepEqual(await totals(`'7', '8', '3000', '3999'`), ['3000:2', '3999:2', '7:1', '8:2'])
  // After a wrong guess one load is looked for without another; after the next one in a row two.
  const looked: boolean[] = []
  for (const from of [4_000, 5_000, 6_000, 7_000, 8_000]) {
    const upserts = thingsOf(from, from + 1_000, 3)
    looked.push((await load(from === 5_000 ? mixed(upserts) : upserts, looks, 'pass')).said)
  }
  assert.deepEqual(looked, [true, true, true, true, false])
  assert.deepEqual(await ask('select count(*)::int from straight.things'), [[9_000]])
  assert.deepEqual(await ask('select count(*)::int from straight._sluice_loads'), [[9]])
  // All known, in the same version but for one.
  assert.deepEqual(await load(thingsOf(0, 1_000, 4), looks), { said: true, rows: 999, deleted: 0 })
  assert.deepEqual(await totals(`'7', '8', '9'`), ['7:4', '8:2', '9:4'])
  assert.deepEqual(await ask('select count(*)::int from straight.things'), [[9_000]])
  // A key twice is a bug of whoever packed the load: nothing of it stays.
  const twice = [...thingsOf(10_000, 10_100, 1), ...thingsOf(10_000, 10_100, 1)]
  await assert.rejects(warehouse.load(loadOf([batchOf(numberedTable, { upserts: twice })])), /21000/)
  assert.deepEqual(await ask(`select count(*)::int from straight.things where length(id) = 5`), [[0]])
})

test('postgres: a row that others refer to is replaced and never deleted, and an older one changes nothing', async () => {
  await using warehouse = await opened('referred', [numberedTable])
  const load = async (upserts: readonly Row[]) =>
    (await warehouse.load(loadOf([batchOf(numberedTable, { upserts })]))).tables.get('things')
  await load(thingsOf(0, 100, 1))
  await refer('referred')
  await ask(`insert into referred.notes values ('7', 'acct_1', 'mine')`)
  assert.deepEqual(await load([...thingsOf(0, 50, 2, 6), ...thingsOf(50, 99, 2, 4)]), {
    rows: 50,
    deleted: 0,
  })
  assert.deepEqual(await ask('select total::int, count(*)::int from referred.things group by 1 order by 1'), [
    [1, 50],
    [2, 50],
  ])
  assert.deepEqual(await ask('select note from referred.notes'), [['mine']])
})

test('postgres: what was removed for good does not come back, and a column of another type gets its values', async () => {
  await using warehouse = await opened('not_straight', [numberedTable])
  const load = (parts: Parameters<typeof batchOf>[1], deletes?: 'hard') =>
    warehouse.load({
      ...loadOf([batchOf(numberedTable, parts)]),
      ...(deletes === undefined ? {} : { deletes }),
    })
  await load({ upserts: thingsOf(0, 2, 1) })
  await load({ deletes: thingsOf(0, 1, 1, 9) }, 'hard')
  const { tables } = await load({ upserts: [...thingsOf(0, 1, 2), ...thingsOf(2, 3, 2)] })
  assert.deepEqual(tables.get('things'), { rows: 1, deleted: 0 })
  // Every integer is held by such a column; in binary one would be read as another number.
  await using again = await opened('other_type', [numberedTable])
  await ask('alter table other_type.things alter total type numeric')
  await again.load(loadOf([batchOf(numberedTable, { upserts: thingsOf(3, 4, 77) })]))
  assert.deepEqual(await ask('select id, total::text from not_straight.things order by id'), [
    ['1', '1'],
    ['2', '2'],
  ])
  assert.deepEqual(await ask('select id, total::text from other_type.things'), [['3', '77']])
})

test('postgres: what the server refuses in the second table leaves nothing of the first, nor a checkpoint', async () => {
  const second = tableOf('second', { total: 'integer' })
  await using warehouse = await opened('refused', [numberedTable, second])
  await ask('alter table refused.second add check (total < 5)')
  const load = (total: number) =>
    warehouse.load(
      loadOf(
        [
          batchOf(numberedTable, { upserts: thingsOf(0, 3, 1) }),
          batchOf(second, { upserts: [rowOf(second, { id: 'a', total })] }),
        ],
        { checkpoints: [{ scope: 'things', cursor: total }] },
      ),
    )
  await assert.rejects(load(7))
  assert.deepEqual(await ask('select count(*)::int from refused.things'), [[0]])
  assert.deepEqual(await warehouse.readState({ peek: true }), new Map())
  await load(4)
  assert.deepEqual(await warehouse.readState({ peek: true }), new Map([['things', 4]]))
})

test('postgres: a row that another program is about to insert is waited for, and the newer one stays', async () => {
  await using warehouse = await opened('beside', [numberedTable])
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query(`begin; insert into beside.things (_account_id, _version, _synced_at, id, total)
    values ('acct_1', 6, now(), '50', 1), ('acct_1', 4, now(), '60', 1)`)
  const loading = warehouse.load(loadOf([batchOf(numberedTable, { upserts: thingsOf(0, 100, 2) })]))
  const waits = `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'copy "beside"%'`
  while ((await ask(waits)).length === 0);
  await holder.query('commit')
  await holder.end()
  assert.deepEqual((await loading).tables.get('things'), { rows: 99, deleted: 0 })
  assert.deepEqual(
    await ask(`select id, total::int from beside.things where id in ('50', '60') order by 1`),
    [
      ['50', 1],
      ['60', 2],
    ],
  )
})

// ---------------------------------------------------------------- faults

test('postgres: a connection that breaks at any step is made anew, and each load counts once', async () => {
  await using proxy = await startProxy(cluster.port)
  const ways = {
    straight: [
      'begin;',
      'savepoint straight',
      'gone as (delete',
      'copy "',
      'release',
      'insert into',
      'commit',
    ],
    merged: ['begin;', 'create temp table', 'copy pg_temp', 'on conflict', 'commit'],
  }
  for (const when of ['before', 'after'] as const) {
    for (const [way, steps] of Object.entries(ways)) {
      const name = `broken_${when}_${way}`
      await using warehouse = await opened(name, [numberedTable], { port: proxy.port })
      if (way === 'merged') await refer(name)
      // The first one tells nothing of what is done with rows that are there.
      for (const [at, step] of [undefined, ...steps].entries()) {
        const before = proxy.broken
        proxy.fault = step === undefined ? undefined : { at: step, when, times: 2 }
        const { tables } = await warehouse.load(numberedLoad(at + 1))
        assert.deepEqual(tables.get('things'), { rows: 200, deleted: 0 }, `${name} ${step}`)
        assert.equal(proxy.broken - before, step === undefined ? 0 : 2, `${name} ${step}`)
      }
      proxy.fault = undefined
      assert.equal(await wholeLoads(warehouse), steps.length + 1)
      assert.deepEqual(await ask(`select count(*)::int from ${name}._sluice_loads`), [[steps.length + 1]])
    }
  }
})

test('postgres: what stays broken ends the run with an error that may pass', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('stays', [numberedTable], { port: proxy.port, patience: 500 })
  proxy.fault = { at: 'commit', when: 'before', times: 1_000 }
  await assert.rejects(warehouse.load(numberedLoad(1)), { name: 'TransientError' })
  proxy.fault = undefined
  await warehouse.load(numberedLoad(1))
  assert.equal(await wholeLoads(warehouse), 1)
})

/** Of a connection that goes dead without a word, at each of what a load says. */
const lastWords = [
  { at: 'begin;', when: 'before' },
  { at: 'pg_advisory_xact_lock', when: 'after' },
  { at: 'copy "', when: 'before' },
  { at: 'insert into', when: 'before' },
  { at: 'insert into', when: 'after' },
  { at: 'commit', when: 'before' },
  { at: 'commit', when: 'after' },
] as const

test('postgres: one connection goes dead without a word, and the load goes on through another', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('dead', [numberedTable], { port: proxy.port, silence: 200 })
  for (const [at, words] of lastWords.entries()) {
    proxy.fault = { ...words, times: 1, how: 'hole' }
    const { tables } = await warehouse.load(numberedLoad(at + 1))
    assert.deepEqual(tables.get('things'), { rows: 200, deleted: 0 }, words.at)
    assert.deepEqual([proxy.fault.times, proxy.broken], [0, at + 1], words.at)
  }
  assert.equal(await wholeLoads(warehouse), lastWords.length)
  assert.deepEqual(await ask('select count(*)::int from dead._sluice_loads'), [[lastWords.length]])
})

test('postgres: the server goes dead without a word: the run ends, and the next one carries on', async () => {
  await using proxy = await startProxy(cluster.port)
  const how = { port: proxy.port, silence: 500, patience: 0, query: '?connect_timeout=1&sslmode=disable' }
  await (await opened('gone', [numberedTable], how))[Symbol.asyncDispose]()
  for (const [at, words] of lastWords.filter((_, at) => at % 2 === 0).entries()) {
    await using warehouse = open('gone', how)
    await warehouse.readState()
    proxy.fault = { ...words, times: 1, how: 'hole for all' }
    await assert.rejects(warehouse.load(numberedLoad(at + 1)), {
      name: 'TransientError',
      message: /nothing was heard for \d+ s, and it cannot be reached/,
    })
    // The same run, if it is tried on, ends what it left behind and does not wait for the server to notice.
    proxy.hole = false
    assert.equal(proxy.fault.times, 0, words.at)
    assert.deepEqual((await warehouse.load(numberedLoad(at + 1))).tables.get('things'), {
      rows: 200,
      deleted: 0,
    })
    assert.equal(await wholeLoads(warehouse), at + 1)
  }
})

test('postgres: a connection that went dead is closed all the same', async () => {
  await using proxy = await startProxy(cluster.port)
  const warehouse = await opened('closes', [numberedTable], { port: proxy.port, silence: 200 })
  proxy.fault = { at: 'X', when: 'before', times: 1, how: 'hole' }
  await warehouse[Symbol.asyncDispose]()
})

test('postgres: a server that works at a statement for long is asked, and let work', async () => {
  await using proxy = await startProxy(cluster.port)
  await using warehouse = await opened('works', [numberedTable], {
    port: proxy.port,
    silence: 50,
    patience: 0,
  })
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query('begin; lock table works.things in access exclusive mode')
  const before = proxy.made
  const loading = warehouse.load(numberedLoad(1))
  while (proxy.made < before + 4) await new Promise((resolve) => setImmediate(resolve))
  await holder.query('rollback')
  await holder.end()
  await loading
  assert.equal(await wholeLoads(warehouse), 1)
})

test('postgres: the server crashes in the midst of loads, and the run goes on', async () => {
  await using warehouse = await opened('crashed', [numberedTable], { patience: 60_000 })
  let crashing: Promise<void> | undefined
  for (let number = 1; number <= 12; number++) {
    const loading = warehouse.load(numberedLoad(number))
    if (number % 4 === 2) crashing = cluster.crash()
    await loading
    await crashing
  }
  assert.equal(await wholeLoads(warehouse), 12)
})

test('postgres: killed in the midst of loads, the last committed load is there and nothing of the next', async () => {
  let before = 0
  for (let round = 1; round <= times(2, 8); round++) {
    const script = join(import.meta.dirname, '../../test/conformance/children/load-into.ts')
    const loading = spawn(process.execPath, [script, cluster.url(), 'killed', '100000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let told = before
    for await (const line of createInterface(loading.stdout)) {
      assert.match(line, /^committed/)
      told = Number(line.split(' ')[1])
      if (told === before + round) loading.kill('SIGKILL')
    }
    await using warehouse = open('killed')
    const last = await wholeLoads(warehouse)
    assert.ok(last >= told, `load ${told} was told committed, the warehouse ends at ${last}`)
    before = last
  }
})

test('postgres: many loads at once of the same keys: none waits in a circle, and the older fence loses', async () => {
  const count = async () =>
    Number((await ask(`select deadlocks from pg_stat_database where datname = 'postgres'`))[0]?.[0])
  const before = await count()
  await using first = await opened('crowd', [numberedTable])
  const loaded = await Promise.allSettled(
    Array.from({ length: 40 }, async (_, at) => {
      if (at % 4 > 0) return first.load(numberedLoad(at % 10))
      // Another run takes over, and loads the same keys.
      await using other = open('crowd')
      await other.readState()
      return await other.load(numberedLoad(at % 10))
    }),
  )
  for (const result of loaded) {
    if (result.status === 'rejected') assert.equal((result.reason as Error).name, 'FenceError')
  }
  assert.ok(loaded.some(({ status }) => status === 'fulfilled'))
  assert.equal(await count(), before)
})

test('postgres: a lock that another program holds is waited for', async () => {
  await using warehouse = await opened('locked', [numberedTable], { patience: 20_000 })
  const holder = new Client({ connectionString: cluster.url() })
  await holder.connect()
  await holder.query('begin; lock table locked.things in access exclusive mode')
  const loading = warehouse.load(numberedLoad(1))
  const waits = async () =>
    (
      await ask(
        `select 1 from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'sluice'`,
      )
    ).length
  while ((await waits()) === 0);
  await holder.query('rollback')
  await holder.end()
  await loading
  assert.equal(await wholeLoads(warehouse), 1)
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
