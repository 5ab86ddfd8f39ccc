/**
 * A process that loads one load after another into any warehouse, for tests that kill it:
 * `load-into.ts <address> <integration> <loads>`. Load n has the keys 50n to 50n+199 with `total` n, and the
 * cursor n. Writes `committed n` or `failed <name>: <message>` lines.
 */
import { writeSync } from 'node:fs'
import { destinationFor } from '../../../src/destinations/registry.ts'
import { numberedLoad, numberedTable } from '../numbered.ts'

const [, , address = '', integration = '', loads = '0'] = process.argv

try {
  const destination = await destinationFor(address)
  const signal = new AbortController().signal
  await using warehouse = await destination.open(address, { integration, workDir: '.', signal, report() {} })
  const state = await warehouse.readState()
  await warehouse.prepare([numberedTable])
  const first = Number(state.get('things') ?? 0) + 1
  for (let number = first; number < first + Number(loads); number++) {
    await warehouse.load(numberedLoad(number))
    writeSync(1, `committed ${number}\n`)
  }
} catch (error) {
  writeSync(1, `failed ${(error as Error).name}: ${(error as Error).message}\n`)
}
