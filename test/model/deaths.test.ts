/** A process that dies again and again, before and after each of its writes, gets there all the same. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Died } from '../support/crashing.ts'
import { type Replica, replica, replicated } from '../support/replica.ts'
import { columnsOf, untrue } from '../support/truth.ts'

const moments = ['loaded', 'load', 'prepare', 'request'] as const

/** Runs until one lives to its end; those before it die, later and later. Gives their number. */
async function persist({ sync }: Replica): Promise<number> {
  for (let deaths = 0; deaths < 300; deaths++) {
    const at = moments[deaths % 3 === 2 ? 1 + (deaths % 2) * 2 : 0] ?? 'load'
    const count = (at === 'request' ? 6 : 1) + (deaths % 5) + Math.floor(deaths / 4)
    try {
      const { summary } = await sync(undefined, { death: { at, count }, flushEvery: 1 })
      assert.equal(summary.status, 'succeeded')
      return deaths
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
  }
  return assert.fail('no run gets to its end')
}

test('dying at one write after the other, in the first load and in later ones', async (context) => {
  const made = await replica()
  context.after(made.close)
  const { sandbox, world, alive, advance, sync } = made
  const wrong = async () => {
    const lines = replicated.map(async (table) =>
      untrue(sandbox, table, columnsOf(table), await alive(table)),
    )
    return (await Promise.all(lines)).flat()
  }
  assert.ok((await persist(made)) >= 10, 'it died often enough')
  assert.deepEqual(await wrong(), [])
  for (let index = 0; index < 12; index++) {
    await sandbox.update('customers', world('customers', index).id, { name: `Changed ${index}` })
    await sandbox.update('invoices', world('invoices', index * 7).id, { lines: [] })
    await sandbox.remove('products', world('products', index).id)
    advance(20)
  }
  await persist(made)
  await sync()
  assert.deepEqual(await wrong(), [])
})
