/** `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=ca.pem`, as libpq has it. */
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { ConfigError } from '../../core/errors.ts'

export const example = 'postgres://user:password@host/database'

const sslModes = ['disable', 'prefer', 'require', 'verify-ca', 'verify-full'] as const
export type SslMode = (typeof sslModes)[number]

export interface Address {
  readonly host: string
  readonly port: number
  readonly user: string | undefined
  readonly password: string | undefined
  readonly database: string | undefined
  readonly sslMode: SslMode
  /** What TLS checks and shows; undefined without TLS. */
  readonly tls: ConnectionOptions | undefined
  /** Milliseconds until a connection must be made. */
  readonly connectTimeout: number
  /** A role that may read the tables. */
  readonly reader: string | undefined
  /** Without the password, for messages. */
  readonly shown: string
}

const settings = {
  host: 'another host, or the folder of a Unix socket',
  port: '',
  user: '',
  password: '',
  dbname: '',
  sslmode: '',
  sslrootcert: '',
  sslcert: '',
  sslkey: '',
  connect_timeout: '',
  reader: 'a role that may read the tables',
} as const

/** What is not said is taken from the environment where libpq does so: PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE, PGSSLMODE, PGSSLROOTCERT. Throws `ConfigError`. */
export function parseAddress(
  address: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Address {
  const shown = withoutPassword(address)
  const url = parsed(address, shown)
  const said = new Map(url.searchParams)
  const unknown = [...said.keys()].find((name) => !Object.hasOwn(settings, name))
  if (unknown !== undefined) {
    throw new ConfigError(`${shown}: unknown setting ${unknown}`, {
      cure: `known are ${Object.keys(settings).join(', ')}`,
    })
  }
  const of = (setting: keyof typeof settings, written: string, variable: string) =>
    said.get(setting) || decoded(written, shown) || env[variable] || undefined
  const host = of('host', url.hostname.replace(/^\[(.*)\]$/, '$1'), 'PGHOST') ?? 'localhost'
  const port = of('port', url.port, 'PGPORT') ?? '5432'
  if (!/^\d{1,5}$/.test(port))
    throw new ConfigError(`${shown}: ${port} is no port`, { cure: `write ${example}` })
  const sslMode = said.get('sslmode') ?? env.PGSSLMODE ?? 'prefer'
  if (!isSslMode(sslMode)) {
    throw new ConfigError(`${shown}: there is no sslmode ${sslMode}`, {
      cure: `write one of ${sslModes.join(', ')}`,
    })
  }
  const seconds = said.get('connect_timeout') ?? '15'
  if (!/^[1-9]\d{0,3}$/.test(seconds)) {
    throw new ConfigError(`${shown}: ${seconds} is no number of seconds`, {
      cure: 'write connect_timeout=15',
    })
  }
  const user = of('user', url.username, 'PGUSER')
  return {
    host,
    port: Number(port),
    user,
    password: of('password', url.password, 'PGPASSWORD'),
    database: of('dbname', url.pathname.slice(1), 'PGDATABASE') ?? user,
    sslMode,
    tls: host.startsWith('/') || sslMode === 'disable' ? undefined : tlsOf(sslMode, said, env, shown),
    connectTimeout: Number(seconds) * 1000,
    reader: said.get('reader') || undefined,
    shown,
  }
}

/** The address with its password blotted out. */
export function withoutPassword(address: string): string {
  return address.replace(/^([a-z]+:\/\/[^/?#]*?):[^/?#]*@/i, '$1:…@').replace(/([?&]password=)[^&]*/i, '$1…')
}

function parsed(address: string, shown: string): URL {
  const cure = `write ${example}, with %40 for @, %2F for / and so on in names and passwords`
  // A host may be left out when it stands in a setting.
  const whole = address.replace(/^(postgres(?:ql)?):\/\/(?=[/?]|$)/i, '$1://localhost')
  try {
    return new URL(whole)
  } catch (cause) {
    throw new ConfigError(`${shown} is no address of a PostgreSQL database`, { cure, cause })
  }
}

function decoded(text: string, shown: string): string {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw new ConfigError(`${shown}: a % must be followed by two hexadecimal digits`, {
      cure: 'write %25 for a % itself',
      cause,
    })
  }
}

const isSslMode = (text: string): text is SslMode => (sslModes as readonly string[]).includes(text)

/** As libpq: `require` checks nothing unless there is a root certificate, `verify-ca` the issuer, `verify-full` the host's name too. */
function tlsOf(
  mode: SslMode,
  said: ReadonlyMap<string, string>,
  env: Readonly<Record<string, string | undefined>>,
  shown: string,
): ConnectionOptions {
  const file = (setting: string, path: string | undefined) => {
    if (path === undefined) return undefined
    try {
      return readFileSync(path)
    } catch (cause) {
      throw new ConfigError(`${shown}: the file ${path} of ${setting} cannot be read`, {
        cure: 'name a certificate file in PEM format',
        cause,
      })
    }
  }
  const usual = join(homedir(), '.postgresql', 'root.crt')
  const root = said.get('sslrootcert') ?? env.PGSSLROOTCERT ?? (existsSync(usual) ? usual : undefined)
  const ca = root === 'system' ? undefined : file('sslrootcert', root)
  const cert = file('sslcert', said.get('sslcert'))
  const key = file('sslkey', said.get('sslkey'))
  const checksIssuer = mode.startsWith('verify') || (mode === 'require' && ca !== undefined)
  return {
    rejectUnauthorized: checksIssuer,
    ...(mode === 'verify-full' ? {} : { checkServerIdentity: () => undefined }),
    ...(ca ? { ca } : {}),
    ...(cert ? { cert } : {}),
    ...(key ? { key } : {}),
  }
}
