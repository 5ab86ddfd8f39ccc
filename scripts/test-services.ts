/**
 * The suites that need services (Debian's PostgreSQL and PgBouncer, older PostgreSQL and Azurite, which npm fetches), and those that
 * take long: every format of files, kills in every warehouse. They fail where something is missing. Arguments narrow them.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

process.chdir(new URL('..', import.meta.url).pathname)
const wanted = process.argv.slice(2)
const files = wanted.length > 0 ? wanted : globSync('test/services/**/*.test.ts').sort()
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
