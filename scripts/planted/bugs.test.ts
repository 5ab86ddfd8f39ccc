/** The edits of the planted bugs still fit the source; `npm run test:planted` shows that they are caught. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { bugs } from './bugs.ts'

const root = new URL('../..', import.meta.url).pathname

test('every planted bug has its place in the source, once, and its tests', () => {
  for (const { name, edits, tests } of bugs) {
    for (const { file, find } of edits) {
      const times = readFileSync(root + file, 'utf8').split(find).length - 1
      assert.equal(times, 1, `"${name}": ${file} should have once:\n${find}`)
    }
    for (const file of tests) assert.ok(existsSync(root + file), `"${name}": ${file}`)
  }
})
