/** Many changes that lie scattered over a long list, over real HTTP: what they cost, and that all arrive. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replica } from '../support/replica.ts'
import { columnsOf, untrue } from '../support/truth.ts'

test('a third of all customers changed, many times what is kept by id: one listing and the pages of events', async (context) => {
  const made = await replica({ scale: 9_000 })
  context.after(made.close)
  const { sandbox, sync, alive, advance } = made
  const requests = async (mostOwed: number) => {
    let count = 0
    await sync('customers', { mostOwed, onRequest: () => void count++ })
    return count
  }
  const whole = await requests(100)
  advance(86_400)
  const changed = await sandbox.updateMany(
    'customers',
    { name: 'Changed' },
    { count: 3_000, every: 3, over: 80_000 },
  )
  assert.equal(changed, 3_000)
  const followed = await requests(100)
  assert.deepEqual(await untrue(sandbox, 'customers', columnsOf('customers'), await alive('customers')), [])
  const rows = (await alive('customers')).filter((row) => row.includes('Changed'))
  assert.equal(rows.length, 3_000)
  context.diagnostic(`${whole} requests for all, ${followed} for the changed`)
  // Four pages to see how densely the list is filled; and slices end where nothing is left of a page.
  assert.ok(followed <= whole + 30 + 4 + 10, `${followed} requests, ${whole} for all`)
})
