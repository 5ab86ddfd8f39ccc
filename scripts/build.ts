/** Makes `dist`, what the published package runs: the sources as JavaScript, and the data files beside them. */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync } from 'node:fs'

const root = new URL('..', import.meta.url).pathname
process.chdir(root)
rmSync('dist', { recursive: true, force: true })
const tsc = 'node_modules/typescript/bin/tsc'
const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], { stdio: 'inherit' })
if (status !== 0) process.exit(status ?? 1)
for (const file of globSync('**/*.{json,sql}', { cwd: 'src' })) cpSync(`src/${file}`, `dist/${file}`)
