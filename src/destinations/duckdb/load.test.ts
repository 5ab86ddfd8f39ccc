/** A load into a DuckDB file is there whole or not at all, whichever of its statements fails. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
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

test('duckdb: whichever statement of a load fails, rows and checkpoints are of one load', async (context) => {
  const path = mkdtempSync(join(tmpdir(), 'sluice-duckdb-'))
  context.after(() => rmSync(path, { recursive: true, force: true }))
  const options = { integration: 'acme', workDir: path, signal: new AbortController().signal, report() {} }
  const patience = { lockWait: 0, tellAfter: 0 }
  await using warehouse = openDuckdb(`duckdb:${join(path, 'acme.duckdb')}`, options, patience)
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
