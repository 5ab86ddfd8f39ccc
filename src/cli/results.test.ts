import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunSummary } from '../core/model.ts'
import { checkExitCode, checkText } from './check-text.ts'
import { columnsText, streamsText } from './discover-text.ts'
import { readsText, resultText, stoppedText } from './results.ts'
import { exampleQuery } from './start-text.ts'
import { textTable } from './table.ts'

const called = (table: string) => `acme.${table}`

const run: RunSummary = {
  status: 'partial',
  integration: 'acme',
  tables: [
    {
      stream: 'invoices',
      table: 'invoices',
      status: 'ok',
      rows: 12345,
      deleted: 2,
      requests: 124,
      reason: null,
      last_run_before: '2026-11-22T04:05:06.789Z',
      last_run: '2026-11-23T04:05:06.789Z',
      drift: [],
    },
    {
      stream: 'charges',
      table: 'charges',
      status: 'no_permission',
      rows: 0,
      deleted: 0,
      requests: 1,
      reason: 'the key lacks charge_read',
      last_run_before: null,
      last_run: null,
      drift: [],
    },
  ],
  incidents: [
    { stream: 'invoices', kind: 'gap', message: 'listed again: 31 days' },
    { stream: 'charges', kind: 'gap', message: 'listed again: 31 days' },
    { stream: 'charges', kind: 'references', message: '3 are left' },
  ],
  requests: 126,
  rate_limited: 3,
  seconds: 12.3,
}

test('the end of a run', () => {
  assert.equal(
    resultText(run, { address: 'duckdb:a.duckdb', called }),
    [
      'table          status           rows  deleted  requests  last run           reason',
      'acme.invoices  ok             12,345        2       124  2026-11-23 04:05Z',
      'acme.charges   no permission       0        0         1  never              the key lacks charge_read',
      '',
      'gap: listed again: 31 days (invoices, charges)',
      'references: 3 are left (charges)',
      'partial: 12,345 rows into duckdb:a.duckdb in 12.3 s, 126 requests (3 rate limited)',
    ].join('\n'),
  )
})

test('a reason that many tables share is told once', () => {
  const [invoices] = run.tables
  assert.ok(invoices)
  const paused = ['a', 'b', 'c', 'd'].map((table): RunSummary['tables'][number] => ({
    ...invoices,
    table,
    status: 'paused',
    reason: 'the limit is used up',
  }))
  const text = resultText({ ...run, tables: paused, incidents: [] }, { address: 'duckdb:a.duckdb', called })
  assert.match(text, /^table +status +rows +deleted +requests +last run\nacme\.a +paused/)
  assert.match(text, /\n\n4 tables: the limit is used up\npartial: /)
  assert.equal(text.split('used up').length, 2)
})

test('what is durable of a run that was stopped', () => {
  assert.match(stoppedText(run), /12,345 rows in 1 table of acme are safe/)
  assert.match(stoppedText({ ...run, tables: [] }), /nothing new was loaded/)
})

test('the reads of an account, with the limit that was given', () => {
  assert.match(
    readsText({ reads_30_days: 1234, reads_allowed: null }),
    /^1,234 reads of this account in the last 30 days;/,
  )
  assert.match(
    readsText({ reads_30_days: 1234, reads_allowed: 9000 }),
    /^1,234 reads of 9,000 that --max-reads-per-month allows of this account/,
  )
})

test('the query to try fits what was loaded', () => {
  assert.match(exampleQuery(run, called), /from acme\.invoices/)
  const other = { ...run, tables: run.tables.map((table) => ({ ...table, table: 'refunds' })) }
  assert.equal(exampleQuery(other, called), 'select * from acme.refunds limit 10')
})

test('tables of text are cut to the terminal, and empty ones have a header', () => {
  assert.equal(textTable(['a', 'b'], [['long text', 1]], 8), 'a      …\nlong te…')
  assert.equal(textTable(['a', 'b'], []), 'a  b')
})

const report = {
  status: 'partial',
  integration: 'acme',
  warehouse: 'duckdb:a.duckdb',
  account: { id: 'acct_1', name: 'Acme', livemode: true },
  name: 'free',
  tables: [
    { stream: 'invoices', table: 'invoices', access: { status: 'ok' } },
    {
      stream: 'charges',
      table: 'charges',
      access: { status: 'no_permission', reason: 'the key lacks charge_read' },
    },
  ],
  missing: ['charge_read'],
  keyUrl: 'https://dashboard.stripe.com/apikeys/create?name=Sluice',
  problems: [],
  warnings: [],
} as const

test('a check tells what is there, and its exit code what to do', () => {
  assert.equal(
    checkText(report),
    [
      'account    acct_1 (Acme), live mode',
      'name       acme, not used yet',
      'warehouse  duckdb:a.duckdb, can be written',
      '',
      'table     access         reason',
      'invoices  ok',
      'charges   no permission  the key lacks charge_read',
      '',
      'A restricted key with everything these tables need is made here:',
      'https://dashboard.stripe.com/apikeys/create?name=Sluice',
    ].join('\n'),
  )
  const problem = { part: 'warehouse', message: 'x' } as const
  assert.equal(checkExitCode({ ...report, status: 'ok' }), 0)
  assert.equal(checkExitCode(report), 3)
  assert.equal(checkExitCode({ ...report, status: 'failed' }), 2)
  assert.equal(
    checkExitCode({ ...report, status: 'failed', problems: [{ ...problem, kind: 'transient' }] }),
    1,
  )
  assert.equal(
    checkExitCode({
      ...report,
      status: 'failed',
      problems: [
        { ...problem, kind: 'transient' },
        { ...problem, kind: 'config' },
      ],
    }),
    2,
  )
})

const stream = {
  name: 'charges',
  description: 'Payments',
  table: {
    name: 'charges',
    key: ['id'],
    columns: [
      { name: 'id', type: 'text', nullable: false },
      { name: 'amount', type: 'integer', nullable: true },
    ],
  },
  core: true,
  standard: true,
  reading: 'window',
  permission: 'charge_read',
} as const

test('the catalog, with and without access', () => {
  assert.equal(
    streamsText([stream]),
    [
      'table    --tables  reading  permission   columns',
      'charges  core      window   charge_read        2',
      '',
      '1 table',
      '',
      '--tables: core is read unless you say otherwise, all comes with --tables all (core included), by name only when',
      '  you name it; sluice discover <table> says why one is not a table.',
      'reading: window is read in parallel, in slices of time; walk page after page; with … together with that table.',
    ].join('\n'),
  )
  const never = { ...stream, core: false, standard: false, unreadable: 'secrets are never copied' }
  assert.match(
    streamsText([stream, never]),
    /charges {2}not a table +charge_read.*1 table, and 1 list of Stripe that cannot/s,
  )
  assert.match(columnsText(never), /^not a table: secrets are never copied$/m)
  assert.match(
    columnsText({ ...stream, withheld: ['amount'] }),
    /amount +integer +a secret: left out unless named/,
  )
  assert.match(
    streamsText([{ ...stream, access: { status: 'no_permission', reason: 'x' } }]),
    /charge_read {2}no permission/,
  )
  assert.equal(
    columnsText({ ...stream, access: { status: 'no_permission', reason: 'edit the key' } }),
    [
      'charges: Payments',
      'permission charge_read',
      'access no permission: edit the key',
      '',
      'column  type',
      'id      text     key',
      'amount  integer',
    ].join('\n'),
  )
})
