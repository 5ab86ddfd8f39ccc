/** A load into a DuckDB file is there whole or not at all, whichever of its statements fails. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { DuckDBConnection } from '@duckdb/node-api'
import { batchOf, contents, loadOf, rowOf, tableOf } from '../../../test/conformance/rows.ts'
import { openDuckdb } from '../duckdb.ts'

const tables = [tableOf('things', { total: 'integer' }), tableOf('others', { total: 'integer' })]

/** Of each table a row, and a cursor, all of which say the same number. */
const numbered = (number: number) =>
  loadOf(
    tables.map((table) =>
      batchOf(table, { upserts: [rowOf(table, { id: 'a', total: number }, { version: number })] }),
    ),
    { id: `load ${number}`, checkpoints: [{ scope: 'things', cursor: number }] },
  )

/** A folder that goes with the test. */
function folder(context: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'sluice-duckdb-'))
  context.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

function open(path: string, settings = '') {
  const options = { integration: 'acme', workDir: path, signal: new AbortController().signal, report() {} }
  const address = `duckdb:${join(path, 'acme.duckdb')}${settings}`
  return openDuckdb(address, options, { lockWait: 0, tellAfter: 0 })
}

test('duckdb: whichever statement of a load fails, rows and checkpoints are of one load', async (context) => {
  await using warehouse = open(folder(context))
  await warehouse.readState()
  await warehouse.prepare(tables)
  await warehouse.load(numbered(0))

  let left = 0
  const { run } = DuckDBConnection.prototype
  context.mock.method(
    DuckDBConnection.prototype,
    'run',
    function (this: DuckDBConnection, ...given: Parameters<typeof run>) {
      if (--left === 0) throw new Error('this statement fails')
      return run.apply(this, given)
    },
  )
  let undone = 0
  for (let number = 1; ; number++) {
    left = number
    const failure = await warehouse.load(numbered(number)).then(
      () => undefined,
      (error: Error) => error,
    )
    const isOver = left > 0
    left = 0
    if (failure) assert.match(failure.message, /this statement fails/)
    const cursor = (await warehouse.readState({ peek: true })).get('things')
    const totals: unknown[] = []
    for (const table of tables) for (const { total } of await contents(warehouse, table)) totals.push(total)
    assert.deepEqual(totals, [cursor, cursor], `statement ${number} failed`)
    if (!failure) assert.equal(cursor, number)
    if (cursor !== number) undone++
    if (isOver) break
  }
  assert.ok(undone >= 10, `${undone} loads were undone`)
})

for (const { when, where } of [
  { when: 'its rows are staged', where: 'create or replace temp table' },
  { when: 'they are written', where: 'insert into' },
]) {
  const columns = Array.from({ length: 40 }, (_, at) => `c${at}`)
  const wide = tableOf('wide', Object.fromEntries(columns.map((column) => [column, 'text'])))
  const upserts = Array.from({ length: 2_000 }, (_, row) =>
    rowOf(wide, {
      id: `i${row}`,
      ...Object.fromEntries(columns.map((column) => [column, `${column} ${row}`])),
    }),
  )
  const load = loadOf([batchOf(wide, { upserts })], { id: 'one' })

  /** Before the first statement that begins so, the memory is made far too little. */
  const starve = (context: TestContext) => {
    const { run } = DuckDBConnection.prototype
    let starved = 0
    const starving = async function (this: DuckDBConnection, ...given: Parameters<typeof run>) {
      if (given[0].startsWith(where) && ++starved === 1) await run.call(this, "set memory_limit = '300KB'")
      return run.apply(this, given)
    }
    context.mock.method(DuckDBConnection.prototype, 'run', starving)
    return () => starved
  }

  test(`duckdb: a load that turns out to need more memory while ${when} gets it`, async (context) => {
    await using warehouse = open(folder(context))
    await warehouse.readState()
    await warehouse.prepare([wide])
    const tries = starve(context)
    await warehouse.load(load)
    assert.ok(tries() >= 2, 'it was tried again')
    assert.equal((await contents(warehouse, wide)).length, 2_000)
  })

  test(`duckdb: where the limit was named, a load that needs more while ${when} fails and leaves nothing`, async (context) => {
    const path = folder(context)
    await using warehouse = open(path, '?memory=256MB')
    await warehouse.readState()
    await warehouse.prepare([wide])
    starve(context)
    await assert.rejects(warehouse.load(load), { name: 'TransientError', message: /ran out of memory/ })
    await using reader = open(path)
    assert.deepEqual(await contents(reader, wide), [])
  })
}

test('duckdb: a commit that lacks memory closes the engine, and the load is staged and written again', async (context) => {
  await using warehouse = open(folder(context))
  await warehouse.readState()
  await warehouse.prepare(tables)

  const starved = JSON.stringify({
    exception_type: 'TransactionContext',
    exception_message: 'Failed to commit: could not allocate block of size 64.0 KiB (8.7 MiB/8.7 MiB used)',
  })
  const failing = ['commit', 'rollback', 'detach']
  const { run } = DuckDBConnection.prototype
  context.mock.method(
    DuckDBConnection.prototype,
    'run',
    function (this: DuckDBConnection, ...given: Parameters<typeof run>) {
      if (failing[0] !== undefined && given[0].startsWith(failing[0])) {
        failing.shift()
        throw new Error(starved)
      }
      return run.apply(this, given)
    },
  )
  await warehouse.load(numbered(1))
  assert.deepEqual(failing, [])
  assert.equal((await warehouse.readState({ peek: true })).get('things'), 1)
  for (const table of tables) assert.deepEqual((await contents(warehouse, table)).length, 1)
})
