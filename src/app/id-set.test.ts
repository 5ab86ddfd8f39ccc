import assert from 'node:assert/strict'
import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { test } from 'node:test'
import { folder } from '../../test/cli/spawn.ts'
import { ConfigError } from '../core/errors.ts'
import { idSet } from './id-set.ts'

test('ids are in it once, and can be taken out again', async (context) => {
  const cwd = await folder(context)
  using set = idSet(`${cwd}/work`, 'one')
  assert.deepEqual(set.add(['a', 'b', 'a']), ['a', 'b'])
  assert.deepEqual(set.add(['b', 'B', "it's"]), ['B', "it's"])
  assert.deepEqual(set.without(['a', 'c', 'B', 'b']), ['c'])
  const first = set.take(3)
  const rest = set.take(3)
  assert.equal(first.length, 3)
  assert.deepEqual([...first, ...rest].sort(), ['B', 'a', 'b', "it's"])
  assert.deepEqual(set.take(3), [])
  assert.deepEqual(set.add(['a']), ['a'])
})

test('it leaves no file, and says where it cannot be made', async (context) => {
  const cwd = await folder(context)
  const set = idSet(cwd, 'two')
  set.add(Array.from({ length: 10_000 }, (_, at) => `pm_${at}`))
  set[Symbol.dispose]()
  assert.deepEqual(readdirSync(cwd), [])
  writeFileSync(`${cwd}/file`, '')
  context.after(() => rmSync(`${cwd}/file`, { force: true }))
  assert.throws(
    () => idSet(`${cwd}/file`, 'three'),
    (error) => error instanceof ConfigError && error.option === '--work-dir',
  )
})
