/** What can be checked without running the product: format and lint, types, the catalog; side by side. */
import { spawn } from 'node:child_process'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)

/** What was checked before and has not changed is not checked again. */
const remembered = (file: string) => ['--incremental', '--tsBuildInfoFile', `.cache/types/${file}`] as const

const checks = [
  ['format and lint', 'node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings', '.'],
  ['types', 'node_modules/typescript/bin/tsc', '-p', '.', ...remembered('sources')],
  ['types of the web app', 'node_modules/typescript/bin/tsc', '-p', 'web', ...remembered('web')],
  ['catalog', 'scripts/catalog/main.ts', '--check'],
  ['types of the API', 'scripts/api-types/main.ts', '--check'],
] as const

/** Runs one and prints what it says when it has ended, so that those beside it are not mixed in. */
function run(script: string, args: readonly string[]): Promise<{ said: string; well: boolean }> {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  const hear = (chunk: Buffer) => {
    said += chunk
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ said, well: code === 0 }))
  })
}

const started = performance.now()
const results = await Promise.all(
  checks.map(async ([name, script, ...args]) => {
    const { said, well } = await run(script, args)
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    process.stdout.write(`${said}${well ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)\n`)
    return well
  }),
)
process.exitCode = results.every(Boolean) ? 0 : 1
