/** A process that dies between any two steps of its loads leaves what was, or what came after; and nothing besides. */
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Warehouse } from '../../src/core/model.ts'
import { parseAddress } from '../../src/destinations/files/address.ts'
import type { Manifest } from '../../src/destinations/files/manifest.ts'
import { kindOf } from '../../src/destinations/files/stores.ts'
import { filesWarehouse } from '../../src/destinations/files/warehouse.ts'
import { memory } from '../../src/destinations/memory.ts'
import { contents } from '../conformance/rows.ts'
import { deathLoads, deathTable, dying, tidyAtOnce } from '../support/dying-store.ts'
import { temporaryFolder } from '../support/folder.ts'

const program = new URL('../conformance/children/files-load.ts', import.meta.url).pathname

const optionsIn = (folder: string) => ({
  integration: 'acme',
  workDir: join(folder, 'work'),
  signal: new AbortController().signal,
  report() {},
})

async function opened(
  folder: string,
  dieAt?: number,
): Promise<{ warehouse: Warehouse; steps: () => number }> {
  const address = parseAddress(`files:${folder}/lake?grace=0`, [])
  const kind = await kindOf('files:')
  const { store, steps } = dying(await kind.open(address, optionsIn(folder)), dieAt)
  return { warehouse: filesWarehouse(store, address, optionsIn(folder), tidyAtOnce), steps }
}

/** Carries on from the state, as a run does. */
async function finish(warehouse: Warehouse): Promise<void> {
  const state = await warehouse.readState()
  await warehouse.prepare([deathTable])
  for (const load of deathLoads.slice(Number(state.get('done') ?? 0))) await warehouse.load(load)
}

/** What all loads amount to. */
const expected = await (async () => {
  await using model = await memory.open('memory:', optionsIn('.'))
  await finish(model)
  return contents(model, deathTable)
})()

/** Whoever comes next finds every row, and no file that nobody knows. */
async function recovers(folder: string, what: string): Promise<void> {
  const { warehouse } = await opened(folder)
  await using next = warehouse
  await finish(next)
  assert.deepEqual(await contents(next, deathTable), expected, what)
  await next.readState()
  const manifests = (await readdir(join(folder, 'lake/acme/_manifests'))).sort()
  const newest = JSON.parse(
    await readFile(join(folder, 'lake/acme/_manifests', manifests.at(-1) ?? ''), 'utf8'),
  ) as Manifest
  const entries = await readdir(join(folder, 'lake/acme'), { recursive: true, withFileTypes: true })
  const files = entries.flatMap(({ parentPath, name }) =>
    name.endsWith('.parquet') ? [join(parentPath, name).slice(join(folder, 'lake/acme/').length)] : [],
  )
  assert.deepEqual(files.sort(), newest.files.map(({ file }) => file).sort(), what)
}

async function deathAt(step: number): Promise<void> {
  await using folder = await temporaryFolder()
  const { warehouse } = await opened(folder.path, step)
  await finish(warehouse).catch(() => {})
  await warehouse[Symbol.asyncDispose]()
  await recovers(folder.path, `death at step ${step}`)
}

// Some beside each other, for most of the time goes by in waiting for the disk; and in parts, for a slow machine.
const parts = 3
for (let part = 0; part < parts; part++) {
  test(`files: death at every step of storing, ${part + 1} of ${parts}`, async () => {
    await using whole = await temporaryFolder()
    const { warehouse, steps } = await opened(whole.path)
    await finish(warehouse)
    await warehouse[Symbol.asyncDispose]()
    assert.ok(steps() > 30, `${steps()} steps`)
    const mine = Array.from({ length: steps() }, (_, at) => at + 1).filter((step) => step % parts === part)
    for (let at = 0; at < mine.length; at += 4) await Promise.all(mine.slice(at, at + 4).map(deathAt))
  })
}

test('files: processes that are killed', async () => {
  for (const step of [4, 9, 17]) {
    await using folder = await temporaryFolder()
    const { signal } = spawnSync(process.execPath, [
      '--disable-warning=ExperimentalWarning',
      program,
      folder.path,
      String(step),
    ])
    assert.equal(signal, 'SIGKILL')
    await recovers(folder.path, `kill at step ${step}`)
  }
})
