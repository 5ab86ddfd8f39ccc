/**
 * Writes src/stripe/catalog.gen.json, descriptions.gen.json and test/golden/streams.txt from the type declarations of the installed
 * `stripe` package. With `--check` it writes nothing and fails when they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { generate } from './generate.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const files = generate(root)

if (process.argv.includes('--check')) {
  const stale = files.filter(({ file, text }) => read(`${root}${file}`) !== text).map(({ file }) => file)
  if (stale.length > 0) {
    process.stderr.write(`not as generated: ${stale.join(', ')}; run \`npm run catalog\` and read the diff\n`)
    process.exitCode = 1
  }
} else {
  for (const { file, text } of files) writeFileSync(`${root}${file}`, text)
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
