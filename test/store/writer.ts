/** A process that writes into the embedded store of a folder, one row after the other, and says which are durable. */
import { openStore } from '../../src/store/open.ts'

const store = await openStore({ dataDir: process.argv[2] ?? '', migrate: true })
await store.pool.query('create table if not exists written (n bigint)')
for (let n = 0; ; n++) {
  await store.pool.query('insert into written values ($1)', [n])
  process.stdout.write(`${n}\n`)
}
