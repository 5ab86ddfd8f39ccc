/**
 * A process that loads one load after another into a DuckDB file, for tests that kill it or
 * let it run into a wall: `load.ts <file> <workDir> <integration> <loads>`. Load n has the keys
 * 50n to 50n+199 with `total` n, and the cursor n. Writes `committed n` or `failed <name>: <message>` lines.
 */
import { writeSync } from 'node:fs'
import { openDuckdb } from '../../../src/destinations/duckdb.ts'
import { batchOf, loadOf, rowOf, tableOf } from '../rows.ts'

const [, , file = '', workDir = '', integration = '', loads = '0'] = process.argv
const things = tableOf('things', { total: 'integer', text: 'text' })

try {
  await using warehouse = openDuckdb(
    `duckdb:${file}`,
    { integration, workDir, signal: new AbortController().signal, report() {} },
    { lockWait: 20_000, tellAfter: 20_000 },
  )
  const state = await warehouse.readState()
  await warehouse.prepare([things])
  const first = Number(state.get('things') ?? 0) + 1
  for (let number = first; number < first + Number(loads); number++) {
    const upserts = Array.from({ length: 200 }, (_, at) =>
      rowOf(
        things,
        { id: `${number * 50 + at}`, total: number, text: `${number}-${at} `.repeat(40) },
        { version: number },
      ),
    )
    const checkpoints = [{ scope: 'things', cursor: number }]
    await warehouse.load(loadOf([batchOf(things, { upserts })], { id: `load ${number}`, checkpoints }))
    writeSync(1, `committed ${number}\n`)
  }
} catch (error) {
  writeSync(1, `failed ${(error as Error).name}: ${(error as Error).message}\n`)
}
