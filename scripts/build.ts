/**
 * Makes `dist`, what the published package runs: the sources as JavaScript, the data files beside them, and the web app.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)
for (const name of globSync('dist/*')) if (name !== 'dist/web') rmSync(name, { recursive: true })
const tsc = 'node_modules/typescript/bin/tsc'
run(tsc, '-p', 'tsconfig.build.json')
run('scripts/build-web.ts', '--if-stale')
for (const file of globSync('**/*.{json,sql}', { cwd: 'src' })) cpSync(`src/${file}`, `dist/${file}`)

function run(...args: string[]): void {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
