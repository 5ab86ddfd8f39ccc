/**
 * The suites in a browser: the real server, sandbox and DuckDB behind Debian's Chromium. Arguments narrow them to files.
 * They fail where there is no Chromium; SLUICE_CHROMIUM names another one than /usr/bin/chromium.
 */
import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { nodeTest } from './node-test.ts'

process.chdir(new URL('..', import.meta.url).pathname)
const wanted = process.argv.slice(2)
const files = wanted.length > 0 ? wanted : globSync('test/browser/**/*.test.ts').sort()

const { status } = spawnSync(process.execPath, ['scripts/build-web.ts', '--if-stale'], { stdio: 'inherit' })
process.exitCode = status === 0 ? nodeTest(files, 1) : (status ?? 1)
