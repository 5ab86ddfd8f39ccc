/** Runs of the same names that load the same rows at once, a thousand loads: none waits for another in a circle. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { Client } from 'pg'
import { FenceError } from '../../src/core/errors.ts'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { openPostgres } from '../../src/destinations/postgres.ts'
import { numberedLoad, numberedTable } from '../conformance/numbered.ts'
import { contents } from '../conformance/rows.ts'
import { npmPrograms, startCluster } from '../support/postgres.ts'

const names = ['north', 'south']
const runsOfEach = 4
const wanted = 1_000
/** Loads of different numbers have rows in common, each in an order of its own. */
const numbers = 20

test('postgres: 0 deadlocks in 1,000 overlapping loads, and the newest of each row is there', async (context) => {
  await using cluster = await startCluster({ programs: npmPrograms() })
  const open = (integration: string) =>
    openPostgres(
      parseAddress(cluster.url(), {}),
      { integration, workDir: '.', signal: context.signal, report() {} },
      60_000,
    )
  let attempts = 0
  let refused = 0
  const committed = new Map(names.map((name) => [name, 0]))
  const of = (name: string) => committed.get(name) ?? 0
  const done = () => [...committed.values()].reduce((sum, count) => sum + count, 0) >= wanted

  /** Runs of one name, each until a later one has taken its place, and the next when that one has written some loads. */
  async function runs(name: string): Promise<void> {
    while (!done()) {
      await using warehouse = open(name)
      try {
        await warehouse.readState()
        await warehouse.prepare([numberedTable])
        while (!done()) {
          const number = ++attempts
          await warehouse.load({ ...numberedLoad(number % numbers), id: `load ${number}` })
          committed.set(name, of(name) + 1)
        }
      } catch (error) {
        if (!(error instanceof FenceError)) throw error
        refused++
      }
      const turn = of(name) + 5
      while (of(name) < turn && !done()) await sleep(2)
    }
  }
  await Promise.all(names.flatMap((name) => Array.from({ length: runsOfEach }, () => runs(name))))

  context.diagnostic(
    `${JSON.stringify([...committed])} loads committed, ${refused} runs taken over by a later one`,
  )
  assert.ok(done() && refused > 0, `${refused} refused`)
  const client = new Client({ connectionString: cluster.url() })
  await client.connect()
  const { rows } = await client.query('select sum(deadlocks)::int as deadlocks from pg_stat_database')
  await client.end()
  assert.deepEqual(rows, [{ deadlocks: 0 }])

  const newest = new Map<string, number>()
  for (let number = 0; number < numbers; number++) {
    for (let key = 0; key < 200; key++) newest.set(`${number * 50 + key}`, number)
  }
  for (const name of names) {
    await using warehouse = open(name)
    const found = await contents(warehouse, numberedTable)
    assert.deepEqual(new Map(found.map(({ id, total }) => [String(id), total])), newest, name)
    assert.equal(found.length, newest.size)
  }
})
