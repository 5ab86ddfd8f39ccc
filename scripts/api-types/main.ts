/** Writes web/src/api/operations.gen.ts from the API's document. With `--check` it writes nothing and fails when they differ. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { apiTypes } from './types.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const file = 'web/src/api/operations.gen.ts'
const text = apiTypes(JSON.parse(readFileSync(`${root}test/golden/openapi.json`, 'utf8')))

if (!process.argv.includes('--check')) writeFileSync(root + file, text)
else if (readFileSync(root + file, 'utf8') !== text) {
  process.stderr.write(`${file} is not as generated; run \`npm run api-types\`\n`)
  process.exitCode = 1
}
