import assert from 'node:assert/strict'
import { test } from 'node:test'
import { deletesIn, deletesRun } from './deletes-state.ts'
import type { Deletes, State } from './model.ts'

const after = (deletes: Deletes): State => new Map([['deletes', deletes]])

test('what the first run was told holds until another is told otherwise', () => {
  const first = deletesRun(new Map(), 'hard')
  assert.deepEqual(first, { deletes: 'hard', marks: [{ scope: 'deletes', cursor: 'hard' }] })
  assert.deepEqual(deletesRun(after('hard'), undefined), { deletes: 'hard', marks: [] })
  assert.deepEqual(deletesRun(after('hard'), 'hard'), { deletes: 'hard', marks: [] })
  assert.equal(deletesIn(after('ignore')), 'ignore')
})

test('without a word rows are marked, and nothing is kept', () => {
  assert.deepEqual(deletesRun(new Map(), undefined), { deletes: 'soft', marks: [] })
  assert.deepEqual(deletesRun(new Map(), 'soft').marks, [])
  assert.equal(deletesIn(new Map()), 'soft')
})

test('a change is told, with what becomes of the rows that are there', () => {
  for (const [before, now, said] of [
    ['soft', 'hard', /was soft and is hard from now on: rows that are marked stay marked/],
    ['hard', 'soft', /was hard and is soft from now on: rows that were removed stay removed/],
    ['ignore', 'soft', /found by a full refresh/],
  ] as const) {
    const state: State = new Map<string, never>([...after(before), ['integration', {}]] as never)
    const { marks, told } = deletesRun(state, now)
    assert.match(told ?? '', said)
    assert.deepEqual(marks, [{ scope: 'deletes', cursor: now }])
  }
})
