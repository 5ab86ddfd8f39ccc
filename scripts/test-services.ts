/**
 * The suites that need services (Debian's PostgreSQL and PgBouncer, older PostgreSQL and Azurite, which npm fetches), and those that
 * take long: every format of files, kills in every warehouse, and the suites of the warehouses once more with many more random loads
 * and kills, and files with tests that are too long for the default suite (test/support/thorough.ts). They fail where something is missing. Arguments narrow them.
 */
import { globSync, readFileSync } from 'node:fs'
import { nodeTest } from './node-test.ts'

process.chdir(new URL('..', import.meta.url).pathname)
const wanted = process.argv.slice(2)
const isThorough = (file: string) => readFileSync(file, 'utf8').includes('/support/thorough.ts')
const all = () => [
  ...globSync(['test/services/**/*.test.ts', 'src/destinations/*.test.ts']).sort(),
  ...globSync('{src,test}/**/*.test.ts', { exclude: ['test/services/**', 'src/destinations/*'] })
    .filter(isThorough)
    .sort(),
]
const files = wanted.length > 0 ? wanted : all()
process.env.SLUICE_THOROUGH = '1'
process.exitCode = nodeTest(files, 1)
