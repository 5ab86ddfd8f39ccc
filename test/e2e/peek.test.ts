/** Looking at a warehouse's state disturbs nobody and makes nothing. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { destinationFor } from '../../src/destinations/registry.ts'
import { folder } from '../cli/spawn.ts'

for (const kind of ['duckdb', 'memory']) {
  test(`${kind}: a peek leaves the fence as it is`, async (context) => {
    const cwd = await folder(context)
    const address = kind === 'duckdb' ? `duckdb:${cwd}/a.duckdb` : `memory:${cwd}`
    const options = {
      integration: 'acme',
      workDir: join(cwd, 'work'),
      signal: AbortSignal.timeout(60_000),
      report: () => {},
    }
    const destination = await destinationFor(address)
    await using running = await destination.open(address, options)
    await using looking = await destination.open(address, options)
    assert.deepEqual(await looking.readState({ peek: true }), new Map())
    assert.deepEqual(
      (await readdir(cwd)).filter((name) => name.endsWith('.duckdb')),
      [],
    )

    await running.readState()
    assert.deepEqual(await looking.readState({ peek: true }), new Map())
    const checkpoints = [{ scope: 'a', cursor: 1 }]
    await running.load({ id: 'load_1', packedAt: 1, account: 'acct_1', batches: [], checkpoints })
    assert.deepEqual(await looking.readState({ peek: true }), new Map([['a', 1]]))
    await running.load({ id: 'load_2', packedAt: 2, account: 'acct_1', batches: [], checkpoints })

    await looking.readState()
    await assert.rejects(
      running.load({ id: 'load_3', packedAt: 3, account: 'acct_1', batches: [], checkpoints }),
      { name: 'FenceError' },
    )
  })
}
