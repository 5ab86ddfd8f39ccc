/** A worker in a process of its own, to be killed: address of the store, its folder, and how soon it is impatient. */
import { openService } from '../../src/app/service/open.ts'
import { startWorker } from '../../src/worker/worker.ts'

const [databaseUrl, dataDir = '', silence = '10', concurrency = '4'] = process.argv.slice(2)
const service = await openService({
  dataDir,
  databaseUrl,
  migrate: false,
  silence: Number(silence),
  connections: Number(concurrency) + 4,
  log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
})
const ctx = {
  ...service.ctx,
  timing: { ...service.ctx.timing, flush: 250, retry: 1_000, tick: 250, keep: 250 },
}
const worker = await startWorker(ctx, { name: `worker ${process.pid}`, concurrency: Number(concurrency) })
process.once('SIGTERM', async () => {
  await worker.stop(8_000)
  await service[Symbol.asyncDispose]()
})
process.stdout.write('ready\n')
