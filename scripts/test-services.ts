/** The suites that need services of the machine: Debian's PostgreSQL and PgBouncer. They fail where these are missing. */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

process.chdir(new URL('..', import.meta.url).pathname)
const files = globSync('test/services/**/*.test.ts').sort()
const { status } = spawnSync(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    '--test-timeout=240000',
    '--test-concurrency=1',
    ...files,
  ],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
