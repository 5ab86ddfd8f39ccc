/** What a first visit loads. */
import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { builtWeb } from '../../src/server/web-build.ts'

interface Chunk {
  readonly file: string
  readonly imports?: readonly string[]
  readonly dynamicImports?: readonly string[]
}

/** Where there are 250 KB of room, some are left for what is yet to come. */
const most = 230_000
/** What stands around the parts of an integration, and the steps of the wizard. */
const frames = ['src/pages/integration/integration-frame.tsx', 'src/pages/wizard/wizard.tsx']

test('the first load of each page is clearly below 250 KB of compressed JavaScript', async () => {
  const folder = await builtWeb(() => {})
  const manifest: Readonly<Record<string, Chunk>> = JSON.parse(
    readFileSync(join(folder, '.vite/manifest.json'), 'utf8'),
  )
  const entry = all(manifest, 'index.html')
  // A page may load a part of itself later, where that stands below what is seen first.
  const later = ['index.html', 'src/pages/wizard/wizard.tsx'].flatMap(
    (name) => manifest[name]?.dynamicImports ?? [],
  )
  const pages = later.filter((name) => name.startsWith('src/pages/'))
  assert.ok(pages.length > 10, 'the pages are loaded one by one')
  for (const page of pages) {
    const frame = frames.filter((name) => dirname(name) === dirname(page))
    const files = new Set([...entry, ...[page, ...frame].flatMap((name) => [...all(manifest, name)])])
    const bytes = [...files].reduce((sum, file) => sum + compressed(join(folder, file)), 0)
    assert.ok(bytes < most, `${page}: ${bytes} bytes`)
  }
})

/** Files of a chunk and of all that it imports at once. */
function all(manifest: Readonly<Record<string, Chunk>>, name: string, seen = new Set<string>()): Set<string> {
  const chunk = manifest[name]
  if (!chunk || seen.has(chunk.file)) return seen
  seen.add(chunk.file)
  for (const other of chunk.imports ?? []) all(manifest, other, seen)
  return seen
}

/** A small file has no compressed copy. */
function compressed(file: string): number {
  return statSync(`${file}.gz`, { throwIfNoEntry: false })?.size ?? statSync(file).size
}
