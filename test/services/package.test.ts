/** The package as npm would install it: compiled, inside a node_modules folder, reached through its bin. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

const root = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'sluice-package-'))
after(() => rmSync(folder, { recursive: true, force: true }))

test('the packed package runs from somebody else’s node_modules', () => {
  const packed = execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const name = /sluice-[\d.]+\.tgz/.exec(packed)?.[0]
  assert.ok(name, packed)
  const modules = join(folder, 'node_modules')
  mkdirSync(join(modules, '.bin'), { recursive: true })
  execFileSync('tar', ['xzf', join(folder, name), '-C', modules])
  execFileSync('mv', [join(modules, 'package'), join(modules, 'sluice')])
  for (const one of readdirSync(join(root, 'node_modules'))) {
    if (!one.startsWith('.')) symlinkSync(join(root, 'node_modules', one), join(modules, one))
  }
  symlinkSync('../sluice/bin/sluice', join(modules, '.bin', 'sluice'))

  const run = (...args: string[]) =>
    execFileSync(join(modules, '.bin', 'sluice'), args, { cwd: folder, encoding: 'utf8' })
  assert.match(run('--version'), /^\d+\.\d+\.\d+\n$/)
  assert.match(run('discover', 'invoices'), /amount_due/)
  assert.deepEqual(
    readdirSync(join(modules, 'sluice')).sort(),
    ['LICENSE', 'NOTICE', 'README.md', 'bin', 'dist', 'docs', 'package.json'].sort(),
  )
})
