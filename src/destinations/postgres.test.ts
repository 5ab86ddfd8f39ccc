import { after } from 'node:test'
import { conformance } from '../../test/conformance/suite.ts'
import { npmPrograms, startCluster } from '../../test/support/postgres.ts'
import type { OpenOptions } from '../core/model.ts'
import { parseAddress } from './postgres/address.ts'
import { openPostgres, postgres } from './postgres.ts'

const cluster = await startCluster({ programs: npmPrograms() })
after(() => cluster[Symbol.asyncDispose]())

let places = 0

function options(more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir: '.', signal: new AbortController().signal, report() {}, ...more }
}

conformance(
  'postgres',
  async () => {
    const integration = `place_${++places}`
    return {
      open: async () => openPostgres(parseAddress(cluster.url(), {}), options({ integration }), 5_000),
      async [Symbol.asyncDispose]() {},
    }
  },
  postgres.caps,
)
