import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from './errors.ts'
import { modeRun } from './mode-state.ts'
import type { Checkpoint, Mode, State } from './model.ts'

/** A run that lasts from one time to the other. */
const run = (state: State, mode: Mode, begin: number, end = begin) => {
  let now = begin
  const made = modeRun(state, ['things'], new Map([['things', mode]]), () => now)
  now = end
  return made
}
const after = (...marks: readonly (Checkpoint | undefined)[]): State =>
  new Map(marks.flatMap((mark) => (mark ? [[mark.scope, mark.cursor] as const] : [])))

test('the default keeps nothing and asks for nothing', () => {
  const { wholeSince, marks, ended } = run(new Map(), 'incremental', 100)
  assert.deepEqual([wholeSince.size, marks, ended('things')], [0, [], undefined])
  assert.deepEqual(modeRun(new Map(), ['things'], undefined, () => 100).marks, [])
})

test('a full refresh is due again once it has ended well, and not before', () => {
  const first = run(new Map(), 'full_refresh', 100)
  assert.equal(first.wholeSince.get('things'), 100)
  const killed = run(after(...first.marks), 'full_refresh', 200, 300)
  assert.equal(killed.wholeSince.get('things'), 100, 'what the killed run began still counts')
  assert.deepEqual(killed.marks, [])
  const next = run(after(killed.ended('things')), 'full_refresh', 400)
  assert.equal(next.wholeSince.get('things'), 301, 'what the last run did does not count')
})

test('a history is begun whole once, and again after another mode', () => {
  const first = run(new Map(), 'history', 100)
  assert.equal(first.wholeSince.get('things'), 100)
  assert.equal(first.ended('things'), undefined)
  const second = run(after(...first.marks), 'history', 200)
  assert.deepEqual([second.wholeSince.get('things'), second.marks], [100, []])
  const other = run(after(...first.marks), 'incremental', 300)
  assert.equal(other.wholeSince.size, 0)
  assert.equal(run(after(...other.marks), 'history', 400).wholeSince.get('things'), 400)
})

test('from append there is no way back', () => {
  const appended = after(...run(new Map(), 'append', 100).marks)
  assert.deepEqual(run(appended, 'append', 200).marks, [])
  for (const mode of ['incremental', 'full_refresh', 'history'] as const) {
    assert.throws(() => run(appended, mode, 200), ConfigError)
  }
})
