/**
 * The suites that need services (Debian's PostgreSQL and PgBouncer, older PostgreSQL and Azurite, which npm fetches), and those that
 * take long: every format of files, kills in every warehouse, and the suites of the warehouses once more with many more random loads
 * and kills. They fail where something is missing. Arguments narrow them.
 */
import { globSync } from 'node:fs'
import { nodeTest } from './node-test.ts'

process.chdir(new URL('..', import.meta.url).pathname)
const wanted = process.argv.slice(2)
const all = () => globSync(['test/services/**/*.test.ts', 'src/destinations/*.test.ts']).sort()
const files = wanted.length > 0 ? wanted : all()
process.env.SLUICE_THOROUGH = '1'
process.exitCode = nodeTest(files, 1)
