/** The commands of the documents do what they say: each is run, against the sandbox. */
import assert from 'node:assert/strict'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { startSandbox } from '../src/sandbox/server.ts'
import { folder, run, start } from './cli/spawn.ts'

const root = new URL('..', import.meta.url).pathname
const documents = globSync('{*.md,docs/**/*.md}', { cwd: root })

/** Words of a shell command, with double quotes and comments, as the documents use them. */
function words(line: string): readonly string[] {
  const plain = line.replace(/\s+#\s.*$/, '')
  return [...plain.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare ?? '')
}

const commands = documents.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/```(?:sh)?\n([\s\S]*?)```/g)].flatMap(
    ([, block = '']) =>
      block
        .split('\n')
        .filter((line) => line.startsWith('bin/sluice '))
        .map((line) => ({ document, line, args: words(line).slice(1) })),
  ),
)

test('every command of the documents works as it stands there', async (context) => {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off' })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const env = {
    STRIPE_API_KEY: 'rk_live_0123456789abcdefghij',
    STRIPE_API_BASE: sandbox.url,
    SLUICE_HASH_KEY: 'a hash key for the examples',
  }
  assert.ok(commands.length >= 5, 'the README shows its commands')
  for (const { document, line, args } of commands) {
    await context.test(`${document}: ${line}`, async () => {
      if (args[0] === 'sandbox') {
        const serving = start([...args, '--port', '0'], { cwd, env })
        await serving.seen(/listens on/)
        serving.kill('SIGINT')
        await serving.finished
        return
      }
      const { code, stderr } = await run(args, { cwd, env })
      assert.equal(code, 0, stderr)
    })
  }
})

test('npm scripts that the documents name exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  for (const document of documents) {
    for (const [, name = ''] of readFileSync(join(root, document), 'utf8').matchAll(/npm run ([\w:-]+)/g)) {
      assert.ok(scripts[name], `${document} names npm run ${name}`)
    }
  }
})

test('links and files that the documents name exist', () => {
  for (const document of documents) {
    const text = readFileSync(join(root, document), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)) {
      assert.ok(existsSync(join(root, dirname(document), target)), `${document} links to ${target}`)
    }
    for (const [, path = ''] of text.matchAll(
      /`((?:src|test|scripts|docs|bench)\/[\w./-]+\.(?:ts|md|json|txt))`/g,
    )) {
      assert.ok(existsSync(join(root, path)), `${document} names ${path}`)
    }
  }
})
