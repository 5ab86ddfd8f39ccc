import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

/** Packages that are loaded before any command runs: what the entry imports, and what that imports in turn. */
function packagesOf(entry: URL): ReadonlySet<string> {
  const packages = new Set<string>()
  const seen = new Set<string>()
  const visit = (file: URL) => {
    if (seen.has(file.href)) return
    seen.add(file.href)
    const text = readFileSync(file, 'utf8')
    for (const [statement, name = ''] of text.matchAll(/^(?:import|export)\s[^'"]*?from '([^']+)'/gms)) {
      if (/^(?:import|export) type /.test(statement)) continue
      if (name.startsWith('.')) visit(new URL(name, file))
      else packages.add(name)
    }
  }
  visit(entry)
  return packages
}

test('help and version load commander alone, so that they are quick', () => {
  const packages = [...packagesOf(new URL('./main.ts', import.meta.url))]
  assert.deepEqual(
    packages.filter((name) => !name.startsWith('node:')),
    ['commander'],
  )
})

test('the walk above sees what a command loads', () => {
  assert.ok(packagesOf(new URL('./commands/sync.ts', import.meta.url)).has('zod'))
})
