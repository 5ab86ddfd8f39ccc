/** The PostgreSQL of the system, of another version than the one from npm: all of the conformance suite, and TLS. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { parseAddress } from '../../src/destinations/postgres/address.ts'
import { hold } from '../../src/destinations/postgres/held.ts'
import { openPostgres, postgres } from '../../src/destinations/postgres.ts'
import { holding } from '../conformance/held.ts'
import { numberedLoad, numberedTable, wholeLoads } from '../conformance/numbered.ts'
import { conformance } from '../conformance/suite.ts'
import { startCluster } from '../support/postgres.ts'
import { postgresPrograms } from './programs.ts'

const keys = certificates()
const cluster = await startCluster({
  programs: postgresPrograms(),
  settings: { ssl: 'on', ssl_cert_file: join(keys, 'server.crt'), ssl_key_file: join(keys, 'server.key') },
  hba: [
    'hostssl all all 127.0.0.1/32 scram-sha-256',
    'hostnossl all plain 127.0.0.1/32 trust',
    'local all all trust',
  ],
})
after(async () => {
  await cluster[Symbol.asyncDispose]()
  rmSync(keys, { recursive: true })
})

/** A certificate of our own authority for the name `localhost`, and another authority's. */
function certificates(): string {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'))
  chmodSync(folder, 0o755)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  for (const name of ['ca', 'other']) {
    openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.crt`,
    )
  }
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.crt',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.crt',
  )
  chmodSync(join(folder, 'server.key'), 0o600)
  if (process.geteuid?.() === 0) chownSync(join(folder, 'server.key'), 65_534, 65_534)
  return folder
}

const options = (integration: string) => ({
  integration,
  workDir: '.',
  signal: new AbortController().signal,
  report() {},
})
const psql = (sql: string) =>
  execFileSync(join(postgresPrograms(), 'psql'), [
    '-qXv',
    'ON_ERROR_STOP=1',
    '-h',
    cluster.folder,
    '-p',
    String(cluster.port),
    '-U',
    'postgres',
    '-c',
    sql,
  ])
psql(`create role sluice login password 'a secret/' superuser; create role plain login superuser`)

const local = (query: string, more: { readonly host?: string; readonly user?: string } = {}) =>
  `postgres://${more.user ?? 'sluice:a%20secret%2F'}@${more.host ?? 'localhost'}:${cluster.port}/postgres?${query}`

let places = 0

conformance(
  'postgres of the system, with TLS',
  async () => {
    const integration = `place_${++places}`
    const address = parseAddress(local(`sslmode=verify-full&sslrootcert=${keys}/ca.crt`), {})
    return {
      open: async (other = '') => openPostgres(address, options(`${other}${integration}`), 5_000),
      async [Symbol.asyncDispose]() {},
    }
  },
  postgres.caps,
)

conformance(
  'postgres of the system, with all rows merged from temporary tables',
  async () => {
    const integration = `place_${++places}`
    const address = parseAddress(local('sslmode=require'), {})
    const merged = async () => undefined
    return {
      open: async (other = '') =>
        holding(openPostgres(address, options(`${other}${integration}`), 5_000, undefined, merged), hold),
      async [Symbol.asyncDispose]() {},
    }
  },
  postgres.caps,
)

test('postgres: what each mode of TLS lets through', async () => {
  const ca = `sslrootcert=${keys}/ca.crt`
  const other = `sslrootcert=${keys}/other.crt`
  const ip = { host: '127.0.0.1' }
  const cases: readonly (readonly [string, string, RegExp | undefined])[] = [
    ['no TLS where the server wants it', local('sslmode=disable'), /does not let sluice in/],
    ['no TLS where the server does not', local('sslmode=disable', { user: 'plain', ...ip }), undefined],
    ['prefer takes it', local('sslmode=prefer'), undefined],
    ['require checks nothing', local('sslmode=require', ip), undefined],
    [
      'require with an authority checks it',
      local(`sslmode=require&${other}`),
      /certificate is not signed by an authority/,
    ],
    [
      'verify-ca checks the authority',
      local(`sslmode=verify-ca&${other}`),
      /certificate is not signed by an authority/,
    ],
    ['verify-ca does not look at the name', local(`sslmode=verify-ca&${ca}`, ip), undefined],
    ['verify-full does', local(`sslmode=verify-full&${ca}`, ip), /certificate is for another name/],
    ['verify-full with the right name', local(`sslmode=verify-full&${ca}`), undefined],
    [
      'the public authorities do not know ours',
      local('sslmode=verify-full&sslrootcert=system'),
      /not signed by an authority/,
    ],
    ['a wrong password', local('sslmode=require', { user: 'sluice:wrong' }), /does not let sluice in/],
  ]
  for (const [what, address, message] of cases) {
    await using warehouse = openPostgres(parseAddress(address, {}), options('tls'), 0)
    const error = await warehouse.check().then(
      () => undefined,
      (thrown: unknown) => thrown as Error & { readonly cure?: string },
    )
    assert.equal(error === undefined, message === undefined, `${what}: ${error?.message}`)
    if (!error || !message) continue
    assert.match(error.message, message, what)
    assert.deepEqual([error.name, typeof error.cure], ['ConfigError', 'string'], what)
  }
})

test('postgres: the key of an index is written in the order of bytes, under any collation of the database', async () => {
  psql(
    `create database swedish template template0 encoding 'UTF8' locale_provider icu icu_locale 'sv' locale 'C'`,
  )
  const address = parseAddress(local('sslmode=require').replace('/postgres?', '/swedish?'), {})
  await using warehouse = openPostgres(address, options('acme'), 5_000)
  await warehouse.readState()
  await warehouse.prepare([numberedTable])
  for (let number = 1; number <= 3; number++) await warehouse.load(numberedLoad(number))
  assert.equal(await wholeLoads(warehouse), 3)
})
