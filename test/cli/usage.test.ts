/** Wrong usage: one line that says what to do, exit code 2, nothing written. */
import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { test } from 'node:test'
import { folder, lastJson, run } from './spawn.ts'

const key = 'rk_test_0123456789abcdefghij'

test('help and version come without loading what the commands need', async (context) => {
  const cwd = await folder(context)
  const [help, version, sync] = await Promise.all([
    run(['--help'], { cwd }),
    run(['--version'], { cwd }),
    run(['sync', '--help'], { cwd }),
  ])
  assert.equal(help.code, 0)
  for (const command of [
    'sync',
    'check',
    'verify',
    'discover',
    'query',
    'sandbox',
    'start',
    'apply',
    'export',
    'schema',
  ]) {
    assert.match(help.stdout, new RegExp(`^  ${command} `, 'm'))
  }
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/)
  assert.equal(version.code, 0)
  assert.match(sync.stdout, /STRIPE_API_KEY/)
  assert.match(sync.stdout, /process list/)
  assert.match(sync.stdout, /Examples:/)
})

const wrong: readonly { readonly args: readonly string[]; readonly says: RegExp }[] = [
  { args: ['sycn'], says: /unknown command 'sycn'. Did you mean sync\?/ },
  { args: ['sync', '--tabels', 'core'], says: /unknown option '--tabels'. Did you mean --tables\?/ },
  { args: ['sync', key], says: /too many arguments/ },
  { args: ['sync', '--name', 'acme'], says: /no Stripe key is given; set STRIPE_API_KEY/ },
  {
    args: ['check', '--name', '1', '--api-key', `pk_${key.slice(3)}`],
    says: /the name must be .*; .*publishable/,
  },
  {
    args: ['sync', '--name', 'a', '--api-key', key, '--history', '1y', '--since', '2024-01-01'],
    says: /cannot be used with/,
  },
  { args: ['sync', '--name', 'a', '--api-key', key, '--tables', 'invocies'], says: /invocies.*invoices/ },
  { args: ['sync', '--name', 'a', '--api-key', key, '--fields', 'invoices=totl'], says: /totl.*total/ },
  { args: ['sync', '--name', 'a', '--api-key', key, '--to', 'ducdb:x.duckdb'], says: /did you mean duckdb/i },
  { args: ['discover', 'invocies'], says: /invocies.*invoices/ },
  { args: ['query', ' '], says: /the query is empty/ },
]

test('wrong usage is one line, exit code 2, and no file', async (context) => {
  const cwd = await folder(context)
  // One after another: each starts a process, and the machine may have few cores.
  for (const { args, says } of wrong) {
    const { code, stdout, stderr } = await run(args, { cwd })
    assert.match(stderr, says)
    assert.match(stderr, /^sluice: [^\n]+\n$/)
    assert.equal(stdout, '')
    assert.equal(code, 2, stderr)
    assert.ok(!stderr.includes(key.slice(8)), `the key is in ${stderr}`)
  }
  assert.deepEqual(await readdir(cwd), [])
})

test('with --json the failure is also the last line of stdout', async (context) => {
  const cwd = await folder(context)
  for (const args of [
    ['sync', '--nme', 'acme', '--json'],
    ['sync', '--name', 'acme', '--json', '--api-key', 'nonsense-but-secret'],
  ]) {
    const { code, stdout, stderr } = await run(args, { cwd })
    const said = lastJson(stdout)
    assert.equal(code, 2)
    assert.equal(said.status, 'failed')
    assert.deepEqual(said.tables, [])
    assert.equal(`sluice: ${said.error}\n`, stderr)
    assert.ok(!`${stdout}${stderr}`.includes('nonsense-but-secret'))
  }
})

test('no command at all shows the help, as wrong usage', async (context) => {
  const { code, stderr } = await run([], { cwd: await folder(context) })
  assert.equal(code, 2)
  assert.match(stderr, /Usage: sluice/)
})
