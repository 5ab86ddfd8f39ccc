/**
 * The default suite: checks, then every `*.test.ts` below src, test and scripts but for those that need services of the
 * machine or take long (scripts/test-services.ts, scripts/test-browser.ts); arguments narrow it to files.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { nodeTest } from './node-test.ts'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)
const wanted = process.argv.slice(2)
const all = () =>
  globSync('{src,test,scripts}/**/*.test.ts', { exclude: ['test/services/**', 'test/browser/**'] }).sort()
const files = wanted.length > 0 ? wanted : all()

if (wanted.length === 0) {
  const { status } = spawnSync(process.execPath, ['scripts/check.ts'], { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
// One more than processors: some tests wait for a server that says nothing, or for a clock.
process.exitCode = nodeTest(files, availableParallelism() + 1)
