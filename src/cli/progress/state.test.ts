import assert from 'node:assert/strict'
import { test } from 'node:test'
import { progressState } from './state.ts'

const tables = new Map([
  ['invoices', 'invoices'],
  ['invoice_lines', 'invoice_lines'],
  ['charges', 'charges'],
])

function started() {
  let now = 1_000_000
  const state = progressState(tables, () => now)
  return {
    state,
    view: () => state.view(now),
    wait: (milliseconds: number) => {
      now += milliseconds
    },
    now: () => now,
  }
}

test('events add up per table and in total', () => {
  const { state, view } = started()
  state.apply({ type: 'request', stream: 'invoices' })
  state.apply({ type: 'request', stream: 'invoices', limited: true })
  state.apply({ type: 'request' })
  state.apply({ type: 'read', stream: 'invoices', rows: 100, fraction: 0.25 })
  state.apply({ type: 'read', stream: 'invoice_lines', rows: 170 })
  state.apply({ type: 'loaded', table: 'invoices', rows: 99, deleted: 1 })
  state.apply({
    type: 'end',
    end: { kind: 'end', stream: 'charges', status: 'no_permission', reason: 'charge_read is missing' },
  })

  const { tables: shown, ...total } = view()
  assert.deepEqual(
    shown.map(({ stream, status, read, loaded, deleted, requests, limited, fraction }) => [
      stream,
      status,
      read,
      loaded,
      deleted,
      requests,
      limited,
      fraction,
    ]),
    [
      ['invoices', 'reading', 100, 99, 1, 2, 1, 0.25],
      ['invoice_lines', 'reading', 170, 0, 0, 0, 0, undefined],
      ['charges', 'no_permission', 0, 0, 0, 0, 0, undefined],
    ],
  )
  assert.deepEqual([total.done, total.read, total.requests, total.limited], [1, 270, 3, 1])
})

test('the rate is that of the last seconds, not of the whole run', () => {
  const { state, view, wait } = started()
  for (let second = 0; second < 20; second++) {
    state.apply({ type: 'read', stream: 'invoices', rows: second < 10 ? 2_000 : 500 })
    wait(1_000)
    view()
  }
  assert.equal(view().tables[0]?.rate, 500)
  wait(60_000)
  view()
  wait(6_000)
  assert.equal(view().rate, 0)
})

test('the time left follows from what this run has done, not from what an earlier one did', () => {
  const { state, view, wait } = started()
  state.apply({ type: 'read', stream: 'invoices', rows: 1, fraction: 0.5 })
  assert.equal(view().tables[0]?.left, undefined)
  wait(10_000)
  state.apply({ type: 'read', stream: 'invoices', rows: 1, fraction: 0.75 })
  assert.equal(view().tables[0]?.left, 10_000)
})

test('a run that was stopped tells what is durable', () => {
  const { state, wait, now } = started()
  state.apply({ type: 'request', stream: 'invoices' })
  state.apply({ type: 'read', stream: 'invoices', rows: 300 })
  state.apply({ type: 'loaded', table: 'invoices', rows: 200, deleted: 0 })
  state.apply({ type: 'loaded', table: 'charges', rows: 5, deleted: 0 })
  state.apply({ type: 'end', end: { kind: 'end', stream: 'charges', status: 'ok' } })
  wait(1_234)
  const reason = 'the run ended before this table was read'
  const never = { last_run_before: null, last_run: null, drift: [] }
  assert.deepEqual(state.summary('acme', now()), {
    status: 'failed',
    integration: 'acme',
    tables: [
      {
        stream: 'invoices',
        table: 'invoices',
        status: 'failed',
        rows: 200,
        deleted: 0,
        requests: 1,
        reason,
        ...never,
      },
      {
        stream: 'invoice_lines',
        table: 'invoice_lines',
        status: 'failed',
        rows: 0,
        deleted: 0,
        requests: 0,
        reason,
        ...never,
      },
      {
        stream: 'charges',
        table: 'charges',
        status: 'ok',
        rows: 5,
        deleted: 0,
        requests: 0,
        reason: null,
        ...never,
      },
    ],
    incidents: [],
    requests: 1,
    rate_limited: 0,
    seconds: 1.23,
  })
})
