/**
 * Builds the web app into dist/web, with compressed copies beside the files. With `--if-stale` only when its sources
 * have changed since: a stamp in dist/web says what it was built from.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

process.chdir(new URL('..', import.meta.url).pathname)
const out = 'dist/web'
const stamp = `${out}/.built-from`
const sources = sourcesHash()
if (!process.argv.includes('--if-stale') || !existsSync(stamp) || readFileSync(stamp, 'utf8') !== sources) {
  build()
}

/** Beside its place and then moved there: two builds at once don't mix, and what is served is whole. */
function build(): void {
  const made = `${out}.${process.pid}`
  const vite = [
    'node_modules/vite/bin/vite.js',
    'build',
    'web',
    '--logLevel',
    'warn',
    '--outDir',
    `../${made}`,
  ]
  const { status, stderr } = spawnSync(process.execPath, vite, {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
  })
  if (status !== 0) {
    rmSync(made, { recursive: true, force: true })
    process.stderr.write(`${stderr}\nsluice: the web app could not be built; its output is above\n`)
    process.exit(1)
  }
  for (const file of globSync(`${made}/**/*.{js,css,html,svg}`)) compress(file)
  writeFileSync(`${made}/.built-from`, sources)
  rmSync(out, { recursive: true, force: true })
  renameSync(made, out)
}

/** Beside the file, where that saves something. */
function compress(file: string): void {
  const bytes = readFileSync(file)
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants
  const brotli = { params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length } }
  const copies = { gz: gzipSync(bytes, { level: 9 }), br: brotliCompressSync(bytes, brotli) }
  for (const [ending, copy] of Object.entries(copies)) {
    if (copy.length < bytes.length) writeFileSync(`${file}.${ending}`, copy)
  }
}

/** Of everything that the build is made from: the app's files, and which versions of the libraries. */
function sourcesHash(): string {
  const hash = createHash('sha256')
  const files = globSync('web/**/*', { exclude: (name) => name === 'node_modules' }).sort()
  for (const file of [...files, 'package-lock.json']) {
    if (!statSync(file).isFile()) continue
    hash.update(`${file}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}
