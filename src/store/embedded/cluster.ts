/** The files of the embedded PostgreSQL: made once, whole or not at all, and started from. */
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { ConfigError } from '../../core/errors.ts'
import { programsFor, serverUser } from './programs.ts'

/** The name by which the socket is found, as PostgreSQL makes it; no network port is opened. */
const socketName = '.s.PGSQL.5432'
/** Bytes; what the address of a Unix socket can hold on every system. */
const longestSocket = 103
const wantedVersion = '18'

export interface Cluster {
  readonly folder: string
  /** The folder of the socket: the `host` of a connection. */
  readonly host: string
  readonly user: string
  readonly password: string
  readonly database: string
}

/** For one process and few runs at a time: small; everything else as PostgreSQL has it, with fsync. */
const settings: Readonly<Record<string, string>> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  shared_buffers: '32MB',
  max_connections: '60',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  io_method: 'sync',
  jit: 'off',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
}

/** The cluster in a data folder; made first when there is none. Throws `ConfigError` for a folder that cannot be used. */
export function clusterIn(dataDir: string): Cluster {
  const folder = resolve(dataDir)
  const host = join(folder, 'run')
  const bytes = Buffer.byteLength(join(host, socketName))
  if (bytes > longestSocket) {
    throw new ConfigError(`the path of the data folder ${folder} is too long for a socket`, {
      cure: `choose a --data-dir whose path is ${bytes - longestSocket} bytes shorter`,
    })
  }
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // The server's user must get to its own folders below; it can list nothing on the way.
    if (serverUser) chmodSync(folder, 0o711)
    ownFolder(host)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`the data folder ${folder} cannot be used: ${code ?? error}`, {
      cure: 'choose another --data-dir',
      cause: error,
    })
  }
  if (!existsSync(join(folder, 'postgres'))) create(folder)
  const version = readFileSync(join(folder, 'postgres', 'PG_VERSION'), 'utf8').trim()
  if (version !== wantedVersion) {
    throw new ConfigError(
      `the database in ${folder} is of PostgreSQL ${version}, and this sluice brings ${wantedVersion}`,
      { cure: 'go back to the sluice that made it, and move its contents with a backup' },
    )
  }
  const password = readFileSync(join(folder, 'postgres', 'sluice.password'), 'utf8').trim()
  return { folder, host, user: 'sluice', password, database: 'postgres' }
}

/** Made beside its place and moved there at the end: a process that is killed leaves none that is half made. */
function create(folder: string): void {
  const programs = programsFor(folder)
  const half = join(folder, 'run', `new.${process.pid}`)
  const passwordFile = join(folder, 'run', `password.${process.pid}`)
  const password = randomBytes(24).toString('base64url')
  rmSync(half, { recursive: true, force: true })
  ownFolder(half)
  writeFileSync(passwordFile, password, { mode: 0o600 })
  if (serverUser) chownSync(passwordFile, serverUser.uid, serverUser.gid)
  const args = ['-D', half, '-U', 'sluice', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`]
  try {
    execFileSync(join(programs, 'initdb'), [...args, '-E', 'UTF8', '--no-locale'], {
      ...serverUser,
      cwd: half,
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    renameSync(passwordFile, join(half, 'sluice.password'))
    // Another process may have been quicker: then its cluster is there, and this fails.
    renameSync(half, join(folder, 'postgres'))
  } catch (error) {
    if (existsSync(join(folder, 'postgres', 'PG_VERSION'))) return
    const said = String((error as { readonly stderr?: Buffer }).stderr ?? error).trim()
    throw new ConfigError(`a database cannot be made in ${folder}: ${said.split('\n').at(-1)}`, {
      cure: serverUser
        ? 'run sluice as another user than the superuser, or choose a --data-dir that others may enter'
        : 'choose another --data-dir, or give --database-url',
      cause: error,
    })
  } finally {
    rmSync(half, { recursive: true, force: true })
    rmSync(passwordFile, { force: true })
  }
}

/**
 * Starts the server, which outlives this process when that is killed. `ended` is told when it ends: at once where
 * another process has started it meanwhile, which PostgreSQL's own lock of the folder sees to.
 */
export function startServer({ folder, host }: Cluster, ended: () => void): void {
  const log = openSync(join(folder, 'postgres.log'), 'w', 0o600)
  const data = join(folder, 'postgres')
  const all = { ...settings, unix_socket_directories: host }
  const args = ['-D', data, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
  // A session of its own: Ctrl-C in a terminal is for us, and we stop the server when we are done with it.
  const server = spawn(join(programsFor(folder), 'postgres'), args, {
    ...serverUser,
    cwd: data,
    env: { ...process.env, LC_ALL: 'C' },
    stdio: ['ignore', log, log],
    detached: true,
  })
  closeSync(log)
  server.on('error', ended)
  server.on('exit', ended)
  server.unref()
}

/** What the server said last, for an error. */
export function lastWords({ folder }: Cluster): string {
  const text = readFileSync(join(folder, 'postgres.log'), 'utf8').trim()
  return text.split('\n').slice(-3).join('; ')
}

/** Of the server's first process; undefined when there is none. */
export function serverPid({ folder }: Cluster): number | undefined {
  try {
    const pid = Number(readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n', 1)[0])
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function ownFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (serverUser) chownSync(path, serverUser.uid, serverUser.gid)
}
