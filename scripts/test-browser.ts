/**
 * The suites in a browser: the real server, sandbox and DuckDB behind Debian's Chromium. Arguments narrow them to files.
 * They fail where there is no Chromium; SLUICE_CHROMIUM names another one than /usr/bin/chromium.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'

process.chdir(new URL('..', import.meta.url).pathname)
const wanted = process.argv.slice(2)
const files = wanted.length > 0 ? wanted : globSync('test/browser/**/*.test.ts').sort()

function run(...args: string[]) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

run('scripts/build-web.ts', '--if-stale')
run(
  '--disable-warning=ExperimentalWarning',
  '--test',
  '--test-timeout=240000',
  '--test-concurrency=1',
  ...files,
)
