/** A process that loads into files and kills itself at a step: `files-load.ts <folder> <step>`. */
import { join } from 'node:path'
import { parseAddress } from '../../../src/destinations/files/address.ts'
import { kindOf } from '../../../src/destinations/files/stores.ts'
import { filesWarehouse } from '../../../src/destinations/files/warehouse.ts'
import { deathLoads, deathTable, dying, tidyAtOnce } from '../../support/dying-store.ts'

const [, , folder = '', step = '1'] = process.argv
const options = {
  integration: 'acme',
  workDir: join(folder, 'work'),
  signal: new AbortController().signal,
  report() {},
}
const address = parseAddress(`files:${folder}/lake?grace=0`, [])
const kind = await kindOf('files:')
const { store } = dying(await kind.open(address, options), Number(step), () =>
  process.kill(process.pid, 'SIGKILL'),
)
await using warehouse = filesWarehouse(store, address, options, tidyAtOnce)
await warehouse.readState()
await warehouse.prepare([deathTable])
for (const load of deathLoads) await warehouse.load(load)
