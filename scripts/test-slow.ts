/**
 * The slow suite: thousands of histories against the model (`SLUICE_SEQUENCES`, 2,000 by default), in as many processes as
 * there are processors, each with a seed of its own, which it prints. `SLUICE_SEED` fixes the first of them.
 */
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

process.chdir(new URL('..', import.meta.url).pathname)
const workers = availableParallelism()
const sequences = Number(process.env.SLUICE_SEQUENCES ?? 2_000)
const seed = Number(process.env.SLUICE_SEED ?? Date.now() % 1_000_000_000)
/** Histories of one process: a failure is told before all others are played. */
const batch = 100

let next = 0
let failed = 0

function play(): Promise<void> {
  const own = seed + next
  const count = Math.min(batch, sequences - next * batch)
  next++
  if (count <= 0) return Promise.resolve()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=3600000', 'test/model/model.test.ts'],
    { stdio: 'inherit', env: { ...process.env, SLUICE_SEQUENCES: String(count), SLUICE_SEED: String(own) } },
  )
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code !== 0) failed++
      resolve(play())
    })
  })
}

await Promise.all(Array.from({ length: workers }, play))
process.stdout.write(
  `${sequences} histories from seed ${seed} on: ${failed === 0 ? 'all as they should be' : `${failed} batches failed`}\n`,
)
process.exitCode = failed === 0 ? 0 : 1
