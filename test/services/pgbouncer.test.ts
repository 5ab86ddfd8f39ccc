/** PgBouncer in transaction mode, as of providers: whoever comes gets another session of the server each time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after } from 'node:test'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { openPostgres, postgres } from '../../src/destinations/postgres.ts'
import { conformance } from '../conformance/suite.ts'
import { freePort } from '../support/free-port.ts'
import { startCluster } from '../support/postgres.ts'
import { pgbouncerProgram, postgresPrograms } from './programs.ts'

const cluster = await startCluster({ programs: postgresPrograms() })
const port = await freePort()
const settings = join(cluster.folder, 'pgbouncer.ini')
const users = join(cluster.folder, 'users.txt')
writeFileSync(users, '"postgres" ""\n')
writeFileSync(
  settings,
  `[databases]
* = host=127.0.0.1 port=${cluster.port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = trust
auth_file = ${users}
pool_mode = transaction
default_pool_size = 3
server_round_robin = 1
`,
)
const superuser = process.geteuid?.() === 0
if (superuser) for (const file of [settings, users]) chownSync(file, 65_534, 65_534)
const pooler = spawn(pgbouncerProgram(), [settings], {
  stdio: ['ignore', 'ignore', 'pipe'],
  ...(superuser ? { uid: 65_534, gid: 65_534 } : {}),
})
const said: string[] = []
for await (const line of createInterface(pooler.stderr)) {
  said.push(line)
  if (line.includes('process up')) break
}
if (pooler.exitCode !== null) throw new Error(`PgBouncer did not start:\n${said.join('\n')}`)
pooler.stderr.resume()

after(async () => {
  const ended = once(pooler, 'exit')
  pooler.kill('SIGINT')
  await ended
  await cluster[Symbol.asyncDispose]()
})

let places = 0

conformance(
  'postgres through PgBouncer',
  async () => {
    const address = parseAddress(
      cluster.url({ port, database: 'postgres' }).replace('postgres@', 'postgres:any@'),
      {},
    )
    const integration = `place_${++places}`
    const options = { workDir: '.', signal: new AbortController().signal, report() {} }
    return {
      open: async (other = '') =>
        openPostgres(address, { ...options, integration: `${other}${integration}` }, 5_000),
      async [Symbol.asyncDispose]() {},
    }
  },
  postgres.caps,
)
