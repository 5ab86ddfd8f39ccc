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

/** What is written in code, in blocks and within lines. */
const codeOf = (document: string) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([code]) => code)

test('options that the README and the guides name exist', async (context) => {
  const cwd = await folder(context)
  const { stdout } = await run(['--help'], { cwd })
  const commands = [...stdout.matchAll(/^ {2}([a-z-]+) \[options\]/gm)].map(([, command = '']) => command)
  assert.ok(commands.includes('sync'))
  const helps = await Promise.all(commands.map((command) => run([command, '--help'], { cwd })))
  const known = new Set(
    helps.flatMap(({ stdout }) => [...stdout.matchAll(/--[a-z][\w-]*/g)].map(([name]) => name)),
  )
  for (const document of ['README.md', 'docs/operations.md', 'docs/postgres.md', 'docs/files.md']) {
    for (const code of codeOf(document)) {
      for (const [option] of code.matchAll(/(?<![\w-])--[a-z][\w-]*/g)) {
        assert.ok(known.has(option), `${document} names ${option}`)
      }
    }
  }
})

test('the queries of the README run', async (context) => {
  const sandbox = await startSandbox({ scale: 60, rateLimit: 'off' })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const env = { STRIPE_API_KEY: 'rk_test_0123456789abcdefghij', STRIPE_API_BASE: sandbox.url }
  const tables = ['--tables', 'subscriptions,subscription_items,prices,invoices']
  const sync = ['sync', '--name', 'acme', ...tables, '--mode', 'subscriptions=history', '--quiet']
  assert.equal((await run(sync, { cwd, env })).code, 0)
  const blocks = [...readFileSync(join(root, 'README.md'), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g)]
  assert.ok(blocks.length > 0)
  for (const [, sql = ''] of blocks) {
    const { code, stderr } = await run(['query', sql.trim()], { cwd })
    assert.equal(code, 0, `${sql}\n${stderr}`)
  }
})

test('scenarios of benchmarks that the documents name exist', () => {
  const text = readFileSync(join(root, 'docs/performance.md'), 'utf8')
  const lines = [...text.matchAll(/npm run bench -- ([a-z -]*?)(?=\s*--|\s*#|\n)/g)].flatMap(
    ([, names = '']) => names.split(' ').filter(Boolean),
  )
  const [, table = ''] = text.split('| scenario | what it shows |')
  const rows = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| `([a-z-]+)`/gm)].map(([, name = '']) => name)
  for (const name of [...lines, ...rows])
    assert.ok(existsSync(join(root, `bench/scenarios/${name}.ts`)), name)
  const all = globSync('*.ts', { cwd: join(root, 'bench/scenarios') }).map((file) => file.replace('.ts', ''))
  assert.deepEqual(rows.toSorted(), all.toSorted(), 'docs/performance.md says what each scenario shows')
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
