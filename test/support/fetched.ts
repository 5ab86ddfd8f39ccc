/** npm packages that only some suites need: fetched when such a suite runs, and kept in `.cache`, which git leaves out. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const cache = join(import.meta.dirname, '../../.cache')

/**
 * The folder of `name` at exactly this version, with what it depends on beside it; none of their scripts is run.
 * Throws when npm does not get it.
 */
export function fetchedPackage(name: string, version: string): string {
  const kept = join(cache, `${name.replaceAll(/[@/]+/g, '-').replace(/^-/, '')}-${version}`)
  const folder = join(kept, 'node_modules', name)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  // Under its name only when whole: who is interrupted leaves nothing that looks like a package.
  const fetching = mkdtempSync(join(cache, 'fetching-'))
  try {
    const args = ['install', '--no-save', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund']
    const { status, error, stderr } = spawnSync(
      'npm',
      [...args, '--prefix', fetching, `${name}@${version}`],
      { encoding: 'utf8', stdio: ['ignore', 'ignore', 'pipe'], timeout: 180_000 },
    )
    if (status !== 0) {
      throw new Error(`npm did not fetch ${name}@${version}: ${error?.message ?? stderr}`, { cause: error })
    }
    rmSync(kept, { recursive: true, force: true })
    renameSync(fetching, kept)
  } finally {
    rmSync(fetching, { recursive: true, force: true })
  }
  return folder
}
