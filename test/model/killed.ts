/**
 * A process that is killed at one statement of its warehouse, or change of its files, after the other: in the first load
 * and in later ones, in every mode, with rows that are removed for good. Where it is killed is counted, not timed
 * (support/doomed-run.ts).
 */
import type { Kept } from '../support/replica.ts'
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

/** Plays with these deaths; gives how many runs died. */
export const played = (
  kept: Kept,
  first: readonly number[],
  later: readonly [number, number, number, number],
) =>
  play({
    primed: false,
    place: [kept, 20],
    deletes: 'hard',
    modes: {
      customers: 'history',
      invoice_lines: 'history',
      charges: 'append',
      invoices: 'append',
      coupons: 'full_refresh',
    },
    hashes: false,
    mostOwed: 2,
    steps: [
      // The warehouse is made, the fence is raised, tables are prepared, rows are loaded.
      ...first.map(killed),
      { step: 'run', flushEvery: 5_000, deletes: 'hard' },
      ...happened(3, 'rename a customer', 'change an invoice line', 'change a charge', 'delete a product'),
      killed(later[0]),
      ...happened(4, 'delete a customer', 'many invoice lines', 'replace an invoice line', 'delete a coupon'),
      killed(later[1]),
      killed(later[2]),
      ...happened(5, 'rename a customer', 'lose the event of a deletion', 'restore the invoice lines'),
      killed(later[3]),
    ],
  })
