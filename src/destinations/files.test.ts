import assert from 'node:assert/strict'
import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { put, things } from '../../test/conformance/harness.ts'
import { batchOf, contents, loadOf, rowOf } from '../../test/conformance/rows.ts'
import { conformance } from '../../test/conformance/suite.ts'
import { dying } from '../../test/support/dying-store.ts'
import { temporaryFolder } from '../../test/support/folder.ts'
import { optionsIn, place } from '../../test/support/lake.ts'
import { longTest } from '../../test/support/thorough.ts'
import { ConfigError } from '../core/errors.ts'
import type { RunEvent, Warehouse } from '../core/model.ts'
import { parseAddress } from './files/address.ts'
import type { Manifest } from './files/manifest.ts'
import { usual } from './files/plan.ts'
import { kindOf } from './files/stores.ts'
import { filesWarehouse } from './files/warehouse.ts'
import { openFiles } from './files.ts'
import { memory } from './memory.ts'

conformance('files, parquet', place('format=parquet', usual))

const tidy = { many: 3, small: 50, share: 0.3 }

longTest('files: what is put together is the same rows in fewer files, by month', async () => {
  await using at = await place('grace=0', tidy)()
  await using warehouse = await at.open()
  await using model = await memory.open('memory:', optionsIn(at.folder))
  for (const each of [warehouse, model]) {
    await each.readState()
    await each.prepare([things])
  }
  const month = 2_700_000_000_000
  for (let number = 0; number < 24; number++) {
    const upserts = Array.from({ length: 30 }, (_, row) => {
      const id = (number * 10 + row) % 150
      return rowOf(things, { id: `${id}`, total: number, created: (id % 7) * month }, { version: number + 1 })
    })
    const load = loadOf([batchOf(things, { upserts })])
    assert.deepEqual(await warehouse.load(load), await model.load(load))
  }
  assert.deepEqual(await contents(warehouse, things), await contents(model, things))

  const manifest = await newestManifest(at.folder)
  const { files } = manifest
  assert.ok(files.length < 12, `${files.length} files`)
  assert.ok(new Set(files.flatMap(({ month }) => month ?? [])).size === 7)
  const count = (of: (file: (typeof files)[number]) => number) =>
    files.reduce((sum, file) => sum + of(file), 0)
  assert.equal(
    count(({ rows }) => rows) - count(({ dead }) => dead),
    150,
    'rows that were replaced are counted where they stand',
  )
  const onDisk = await readdir(join(at.folder, 'lake/acme/things'), { recursive: true, withFileTypes: true })
  const parquet = onDisk
    .filter(({ name }) => name.endsWith('.parquet'))
    .map(({ parentPath, name }) => join(parentPath, name))
  const known = files.map(({ file }) => join(at.folder, 'lake/acme', file))
  assert.deepEqual(parquet.sort(), known.sort(), 'retired files are gone after their grace')
  await put(warehouse, { id: 'last' }, 99)
  assert.deepEqual((await newestManifest(at.folder)).retired, [], 'and forgotten')
})

test('files: a table that cannot be put together is told once, its pile too, and keeps no other from it', async () => {
  await using folder = await temporaryFolder()
  const events: RunEvent[] = []
  const report = (event: RunEvent) => void events.push(event)
  const lake = `files:${folder.path}/lake?grace=0`
  await using warehouse = await openFiles(lake, { ...optionsIn(folder.path), report }, tidy)
  await warehouse.readState()
  const other = { ...things, name: 'other' }
  await warehouse.prepare([things, other])
  // Where files by month belong is something else.
  const obstacle = join(folder.path, 'lake/acme/things/base')
  const load = (number: number) => {
    const row = (table: typeof things) =>
      rowOf(table, { id: `${number}`, total: number }, { version: number })
    const batches = [things, other].map((table) => batchOf(table, { upserts: [row(table)] }))
    return warehouse.load(loadOf(batches))
  }
  await load(1)
  await writeFile(obstacle, '')
  for (let number = 2; number <= 9; number++) await load(number)
  const filesOf = async (name: string) =>
    (await newestManifest(folder.path)).files.filter(({ table }) => table === name).length
  assert.deepEqual([await filesOf('things'), (await filesOf('other')) <= tidy.many], [9, true])
  assert.deepEqual(
    events.map((event) => (event.type === 'incident' ? event.incident.kind : event.type)),
    ['log', 'scattered'],
  )
  const [, told] = events
  assert.ok(told?.type === 'incident' && told.incident.stream === 'things')
  assert.match(
    told.incident.message,
    /^6 files of loads .* there is a file, not a folder; name another folder$/,
  )
  assert.equal((await contents(warehouse, things)).length, 9)

  await rm(obstacle)
  await load(10)
  assert.ok((await filesOf('things')) < tidy.many)
  assert.equal((await contents(warehouse, things)).length, 10)
  assert.equal(events.length, 2)
})

test('files: old manifests go, and who slept through that loses', async () => {
  await using at = await place('', usual)()
  await using sleeper = await at.open()
  await sleeper.readState()
  await sleeper.prepare([things])
  await put(sleeper, { id: 'a', total: 1 })
  await using warehouse = await at.open()
  await warehouse.readState()
  for (let number = 0; number < 80; number++) await warehouse.load(loadOf([]))
  const left = await readdir(join(at.folder, 'lake/acme/_manifests'))
  assert.ok(left.length < 70, `${left.length} manifests`)
  assert.ok(!left.includes('000000000004.json'), 'the number that the sleeper would take is free')
  await assert.rejects(put(sleeper, { id: 'a', total: 2 }), { name: 'FenceError' })
  assert.deepEqual(
    (await contents(warehouse, things)).map(({ total }) => total),
    [1],
  )
})

test('files: what dead attempts left is removed, what a later one writes is not', async () => {
  await using at = await place('', usual)()
  await using warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare([things])
  await put(warehouse, { id: 'a', total: 1 })
  const folder = join(at.folder, 'lake/acme/things/changes')
  const [ours = ''] = await readdir(folder)
  const left = ours.replace(/[0-9a-f]{12}/, 'aaaaaaaaaaaa')
  const later = left.replace(/^\d{6}/, '000009')
  for (const name of [left, later]) await writeFile(join(folder, name), 'half a fi')
  await using next = await at.open()
  await next.readState()
  assert.deepEqual((await readdir(folder)).sort(), [ours, later].sort())
})

test('files: a table whose every version shall be kept begins with what is', async () => {
  await using at = await place('', usual)()
  await using warehouse = await at.open()
  await warehouse.readState()
  await warehouse.prepare([things])
  for (const version of [1, 2]) await put(warehouse, { id: 'a', total: version }, version)
  const versions = { ...things, key: [...things.key, '_version'] }
  await warehouse.prepare([versions])
  const row = rowOf(versions, { id: 'a', total: 3 }, { version: 3 })
  await warehouse.load(loadOf([{ ...batchOf(versions, { upserts: [row] }), merge: 'append' }]))
  assert.deepEqual(
    (await contents(warehouse, versions)).map(({ total }) => total),
    [2, 3],
  )
})

test('files: a name that leads to the place of another, and another format, are refused', async () => {
  await using at = await place('', usual)()
  await using warehouse = await at.open()
  await warehouse.readState()
  await symlink(join(at.folder, 'lake/acme'), join(at.folder, 'lake/Acme'))
  const options = optionsIn(at.folder)
  const address = `files:${at.folder}/lake`
  await using other = await openFiles(address, { ...options, integration: 'Acme' }, usual)
  await assert.rejects(other.readState(), /is the place of an integration called acme/)
  await using csv = await openFiles(`${address}?format=csv`, options, usual)
  await assert.rejects(csv.readState(), /are parquet, not csv/)
  await put(await prepared(warehouse), { id: 'a', total: 1 })
})

async function prepared(warehouse: Warehouse): Promise<Warehouse> {
  await warehouse.prepare([things])
  return warehouse
}

test('files: a drop leaves the last manifest alone; killed at any step, the next one finishes it', async () => {
  for (let dieAt = 1; ; dieAt++) {
    await using at = await place('', tidy)()
    const root = join(at.folder, 'lake/acme')
    const files = async () =>
      (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile())
    {
      await using warehouse = await at.open()
      await warehouse.readState()
      await warehouse.prepare([things])
      for (const [count, id] of ['a', 'b', 'c', 'd', 'e'].entries())
        await put(warehouse, { id, total: count })
    }
    const options = optionsIn(at.folder)
    const address = parseAddress(`files:${at.folder}/lake`, [])
    const opened = await (await kindOf('files:')).open(address, options)
    const { store, steps } = dying(opened, dieAt)
    await using mortal = filesWarehouse(store, address, { ...options, report() {} }, tidy)
    const isWhole = await mortal
      .readState()
      .then(() => mortal.drop())
      .then(
        () => true,
        () => false,
      )
    await using next = await at.open()
    const state = await next.readState()
    const left = (await contents(next, things)).length
    assert.ok(left === 5 || left === 0, `${left} rows after a death at step ${dieAt}`)
    assert.equal(state.size, 0)
    await next.drop()
    const names = (await files()).map(({ name }) => name)
    assert.equal(names.length, 1, names.join(', '))
    if (isWhole) break
    assert.equal(steps(), dieAt)
  }
})

test('files: addresses and places that cannot be used are refused with a cure', async (context) => {
  await using folder = await temporaryFolder()
  const open = (address: string) => openFiles(address, optionsIn(folder.path), usual)
  const refused = async (address: string, message: RegExp, cure: RegExp) => {
    const attempt = async () => {
      await using warehouse = await open(address)
      await warehouse.check()
    }
    await assert.rejects(attempt, (error) => {
      assert.ok(error instanceof ConfigError, String(error))
      assert.match(error.message, message)
      assert.match(String(error.cure), cure)
      return true
    })
  }
  await refused('files:?format=parquet', /names no folder/, /files:/)
  await refused('files:./a?format=orc', /no format orc/, /format=parquet/)
  await refused('files:./a?formt=csv', /unknown setting formt/, /format/)
  await refused('files:./a?memory=lots', /no size/, /memory=/)
  await refused('files:./a?threads=0', /no number of threads/, /threads=2/)
  await refused('files:./a?grace=soon', /no number of minutes/, /grace=60/)
  const file = join(folder.path, 'file')
  await writeFile(file, '')
  await refused(`files:${file}`, /is a file, not a folder/, /another folder/)
  await foreign(context, folder.path, refused)
})

async function foreign(
  context: TestContext,
  folder: string,
  refused: (address: string, message: RegExp, cure: RegExp) => Promise<void>,
) {
  await context.test('a folder of another program is left alone', async () => {
    const { mkdir } = await import('node:fs/promises')
    await mkdir(join(folder, 'other/acme'), { recursive: true })
    await writeFile(join(folder, 'other/acme/notes.txt'), 'mine')
    await refused(`files:${folder}/other`, /did not make, such as notes.txt/, /another name/)
    assert.deepEqual(await readdir(join(folder, 'other/acme')), ['notes.txt'])
  })
}

async function newestManifest(folder: string): Promise<Manifest> {
  const names = (await readdir(join(folder, 'lake/acme/_manifests'))).sort()
  const content = await readFile(join(folder, 'lake/acme/_manifests', names.at(-1) ?? ''), 'utf8')
  return JSON.parse(content) as Manifest
}
