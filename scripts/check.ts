/** What can be checked without running the product: format and lint, types. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)

/** What was checked before and has not changed is not checked again. */
const remembered = (file: string) => ['--incremental', '--tsBuildInfoFile', `.cache/types/${file}`] as const

const checks = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.', ...remembered('sources')],
  ['types of the web app', 'node_modules/typescript/bin/tsc', '-p', 'web', ...remembered('web')],
  ['catalog', 'scripts/catalog/main.ts', '--check'],
] as const

let failed = 0
for (const [name, script, ...args] of checks) {
  if (!existsSync(script)) continue
  const started = performance.now()
  const { status } = spawnSync(process.execPath, [script, ...args], { stdio: 'inherit' })
  if (status !== 0) failed++
  process.stdout.write(
    `${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${((performance.now() - started) / 1000).toFixed(1)} s)\n`,
  )
}
process.exit(failed === 0 ? 0 : 1)
