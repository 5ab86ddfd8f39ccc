/** What belongs to an object that went without an event goes with it: real HTTP, a clock that is moved by hand. */
import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Mode, Table } from '../../src/core/model.ts'
import { appendTable, historyTable } from '../../src/core/modes.ts'
import { loadTable } from '../../src/core/schema.ts'
import { tablesFor } from '../../src/stripe/selection.ts'
import { Died } from '../support/crashing.ts'
import { replica } from '../support/replica.ts'

const day = 86_400
const streams = 'radar_value_lists,radar_value_list_items'

/** Lists without any event, with items that have none either. */
async function lists(context: Pick<TestContext, 'after'>) {
  const made = await replica()
  context.after(made.close)
  const list = async (id: string) => {
    await made.sandbox.create('radar_value_lists', { id, name: id, alias: id })
    for (const item of ['1', '2']) {
      await made.sandbox.create('radar_value_list_items', {
        id: `${id}_${item}`,
        value_list: id,
        value: item,
      })
    }
  }
  await list('rsl_kept')
  await list('rsl_gone')
  return made
}

async function rowsOf({ read }: Awaited<ReturnType<typeof replica>>, table: Table) {
  const rows = await read(table)
  const at = (name: string) => table.columns.findIndex((column) => column.name === name)
  return rows.map((row) => ({
    id: String(row[at('id')]),
    deleted: row[at('_deleted_at')] !== null,
    current: row[at('_is_current')],
  }))
}
const items = () =>
  tablesFor([{ name: 'radar_value_list_items' }]).get('radar_value_list_items') ?? assert.fail()
const idsOf = (rows: readonly { readonly id: string }[]) => rows.map(({ id }) => id).sort()
const kept = ['rsl_kept_1', 'rsl_kept_2']
const gone = ['rsl_gone_1', 'rsl_gone_2']

for (const how of ['sweep', 'full refresh'] as const) {
  test(`a list that a ${how} does not find takes its items along`, async (context) => {
    const made = await lists(context)
    await made.sync(streams)
    await made.sandbox.remove('radar_value_lists', 'rsl_gone', { silent: true })
    made.advance(2 * day)
    await made.sync(streams, how === 'sweep' ? {} : { fullRefresh: true })
    const rows = await rowsOf(made, loadTable(items()))
    assert.deepEqual(idsOf(rows.filter(({ deleted }) => deleted)), gone)
    assert.deepEqual(idsOf(rows.filter(({ deleted }) => !deleted)), kept)
  })
}

test('the same where rows are removed', async (context) => {
  const made = await lists(context)
  await made.sync(streams, { deletes: 'hard' })
  await made.sandbox.remove('radar_value_lists', 'rsl_gone', { silent: true })
  made.advance(2 * day)
  await made.sync(streams, { deletes: 'hard' })
  assert.deepEqual(idsOf(await rowsOf(made, loadTable(items()))), kept)
})

test('where what is gone is left as it is, its items are too', async (context) => {
  const made = await lists(context)
  await made.sync(streams, { deletes: 'ignore' })
  await made.sandbox.remove('radar_value_lists', 'rsl_gone', { silent: true })
  made.advance(2 * day)
  await made.sync(streams, { deletes: 'ignore' })
  assert.equal((await rowsOf(made, loadTable(items()))).filter(({ deleted }) => !deleted).length, 4)
})

for (const mode of ['append', 'history'] as const satisfies readonly Mode[]) {
  test(`the same in tables of mode ${mode}`, async (context) => {
    const made = await lists(context)
    const modes = { radar_value_lists: mode, radar_value_list_items: mode }
    await made.sync(streams, { modes })
    await made.sandbox.remove('radar_value_lists', 'rsl_gone', { silent: true })
    made.advance(2 * day)
    await made.sync(streams, { modes })
    const rows = await rowsOf(made, (mode === 'append' ? appendTable : historyTable)(items()))
    const marked = () => idsOf(rows.filter(({ deleted }) => deleted))
    assert.deepEqual(marked(), gone)
    if (mode === 'history') {
      assert.deepEqual(idsOf(rows.filter(({ current }) => current)), kept)
    }
    // Another sweep has nothing to add.
    made.advance(2 * day)
    await made.sync(streams, { modes })
    const later = await rowsOf(made, (mode === 'append' ? appendTable : historyTable)(items()))
    assert.deepEqual(idsOf(later.filter(({ deleted }) => deleted)), gone)
  })
}

test('killed at any load, the next run finds the rest', async (context) => {
  for (let count = 1; ; count++) {
    const made = await lists(context)
    await made.sync(streams)
    await made.sandbox.remove('radar_value_lists', 'rsl_gone', { silent: true })
    made.advance(2 * day)
    const died = await made.sync(streams, { flushEvery: 0, death: { at: 'loaded', count } }).then(
      () => false,
      (error: unknown) => {
        assert.ok(error instanceof Died, String(error))
        return true
      },
    )
    if (died) await made.sync(streams)
    const rows = await rowsOf(made, loadTable(items()))
    assert.deepEqual(idsOf(rows.filter(({ deleted }) => deleted)), gone)
    if (!died) return assert.ok(count > 2, 'it never died')
  }
})
