/**
 * A process that is killed at one statement of its warehouse after the other: in the first load and in later ones, in
 * every mode, with rows that are removed for good. Where it is killed is counted, not timed (support/doomed-run.ts).
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play } from './play.ts'
import type { Happening, Step } from './steps.ts'

const killed = (count: number): Step => ({
  step: 'run',
  death: { at: 'statement', count },
  flushEvery: 1,
  deletes: 'hard',
})

const happened = (pick: number, ...all: readonly Happening['what'][]): readonly Step[] =>
  all.map((what) => ({ step: 'happening', happening: { what, pick } }))

test('killed at statement after statement, an account in every mode gets into the file whole', async () => {
  const deaths = await play({
    primed: false,
    kept: 'duckdb',
    most: 20,
    deletes: 'hard',
    modes: {
      customers: 'history',
      invoice_lines: 'history',
      charges: 'append',
      invoices: 'append',
      coupons: 'full_refresh',
    },
    hashes: false,
    steps: [
      // The file is made, the fence is raised, tables are prepared, rows are loaded.
      ...[3, 12, 40, 95, 170, 260].map(killed),
      { step: 'run', flushEvery: 5_000, deletes: 'hard' },
      ...happened(3, 'rename a customer', 'change an invoice line', 'change a charge', 'delete a product'),
      killed(60),
      ...happened(4, 'delete a customer', 'many invoice lines', 'replace an invoice line', 'delete a coupon'),
      ...[45, 90, 130].map(killed),
      ...happened(5, 'rename a customer', 'lose the event of a deletion', 'restore the invoice lines'),
      ...[75, 110].map(killed),
    ],
  })
  assert.ok(deaths >= 9, `${deaths} deaths`)
})
