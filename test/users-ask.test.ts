/** docs/behaviour.md: no complaint is left out, and every test that it names is there. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = new URL('..', import.meta.url).pathname
const text = readFileSync(join(root, 'docs/behaviour.md'), 'utf8')

const section = text.split('## What users of other replicators complain about')[1]?.split('\n## ')[0] ?? ''
const rows = [...section.matchAll(/^\| (\d+[a-f]?) \| (.*) \| (.*) \| (.*) \|$/gm)]

test('every complaint has a row, in its order', () => {
  const plain = Array.from({ length: 47 }, (_, index) => String(index + 1))
  const wanted = plain.flatMap((number) => {
    if (number === '46') return ['46', '46b', '46c', '46d']
    if (number === '47') return ['47', '47b', '47c', '47d', '47e', '47f']
    return [number]
  })
  assert.deepEqual(
    rows.map(([, number]) => number),
    wanted,
  )
})

test('every row names a test, or says what is missing', () => {
  for (const [, number, , why = '', shown = ''] of rows) {
    const tests = [...shown.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path)
    assert.ok(tests.length > 0 || /not yet/i.test(why), `${number} neither names a test nor says "not yet"`)
    for (const path of tests) assert.match(path, /\.test\.ts$/, `${number} names ${path}`)
  }
})

test('every test and source that the document names is there', () => {
  const named = [...text.matchAll(/`([\w./-]+\.ts)`/g)].map(([, path = '']) => path)
  assert.ok(named.length > 50)
  for (const path of new Set(named)) assert.ok(existsSync(join(root, path)), path)
})
