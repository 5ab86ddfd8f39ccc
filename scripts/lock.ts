/**
 * Refreshes package-lock.json so that `npm ci` works on every platform and against every mirror:
 * a registry mirror that lacks the binaries of other platforms makes npm leave them out of the lock
 * file, and `npm ci` then refuses it. They are added by name and version, without which nothing is
 * installed here anyway; and no download host is recorded.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'

interface Entry {
  version?: string
  resolved?: string
  /** A folder of this repository. */
  link?: boolean
  optional?: boolean
  os?: string[]
  cpu?: string[]
  libc?: string[]
  optionalDependencies?: Record<string, string>
}

const root = new URL('..', import.meta.url).pathname
process.chdir(root)
execFileSync('npm', ['install', '--package-lock-only', '--ignore-scripts', '--loglevel=error'], {
  stdio: 'inherit',
})

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Entry> }
const systems = ['android', 'darwin', 'freebsd', 'linux', 'win32']
const processors = ['arm64', 'x64', 'arm', 'ia32']
for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const words = name.split(/[-/]/)
    const os = systems.filter((system) => words.includes(system))
    const cpu = processors.filter((processor) => words.includes(processor))
    if (os.length === 0 || cpu.length === 0) continue
    lock.packages[`node_modules/${name}`] ??= {
      version,
      cpu,
      ...(words.includes('musl') ? { libc: ['musl'] } : {}),
      optional: true,
      os,
    }
  }
}
for (const entry of Object.values(lock.packages)) if (!entry.link) delete entry.resolved
const sorted = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
)
writeFileSync('package-lock.json', `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`)
