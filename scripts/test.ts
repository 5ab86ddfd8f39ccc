/**
 * The default suite: checks, then every `*.test.ts` below src, test and scripts but for those that need services of the
 * machine or take long (scripts/test-services.ts, scripts/test-browser.ts); arguments narrow it to files.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)
const wanted = process.argv.slice(2)
const all = () =>
  globSync('{src,test,scripts}/**/*.test.ts', { exclude: ['test/services/**', 'test/browser/**'] }).sort()
const files = wanted.length > 0 ? wanted : all()

function run(...args: string[]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

if (wanted.length === 0) run('scripts/check.ts')
run(
  '--disable-warning=ExperimentalWarning',
  '--test',
  // Against tests that hang; none needs so long, however busy the machine is.
  '--test-timeout=240000',
  // One more than processors: some tests wait for a server that says nothing, or for a clock.
  `--test-concurrency=${availableParallelism() + 1}`,
  ...files,
)
