/** docs/acceptance.md: each promise is shown by a browser test that says its number, and every file it names is there. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = new URL('../../', import.meta.url).pathname
const text = readFileSync(join(root, 'docs/acceptance.md'), 'utf8')
const rows = [...text.matchAll(/^\| (\d+) \| .* \| (.*) \|$/gm)].map(([, number, shown = '']) => ({
  number: Number(number),
  files: [...shown.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
}))

test('the promises are numbered from 1 to 42', () => {
  assert.deepEqual(
    rows.map(({ number }) => number),
    Array.from({ length: 42 }, (_, index) => index + 1),
  )
})

test('each names the browser tests whose names say its number, and nothing that is not there', () => {
  const said = new Map<number, string[]>()
  for (const file of globSync('test/browser/*.test.ts', { cwd: root }).sort())
    for (const [, numbers = ''] of readFileSync(join(root, file), 'utf8').matchAll(/\((\d+(?:, \d+)*)\)',/g))
      for (const number of new Set(numbers.split(', ').map(Number)))
        said.set(number, [...new Set([...(said.get(number) ?? []), file])])
  for (const { number, files } of rows) {
    const inBrowser = files.filter((file) => file.startsWith('test/browser/'))
    assert.ok(inBrowser.length > 0, `${number} is shown by no browser test`)
    assert.deepEqual(inBrowser, said.get(number), String(number))
    for (const file of files) assert.ok(existsSync(join(root, file)), file)
  }
})
