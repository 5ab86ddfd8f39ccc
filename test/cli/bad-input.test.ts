/** Wrong keys, hosts and files: one line that says what to do, its exit code, and nothing half-written. */
import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { startSandbox } from '../../src/sandbox/server.ts'
import { freePort } from '../support/free-port.ts'
import { folder, lastJson, run } from './spawn.ts'

const key = 'rk_test_0123456789abcdefghij'
const revoked = 'rk_test_revoked0123456789'

async function place(context: TestContext) {
  const sandbox = await startSandbox({
    port: 0,
    scale: 60,
    rateLimit: 'off',
    keys: { [key]: { permissions: 'all' }, [revoked]: { permissions: 'all', revoked: true } },
  })
  context.after(() => sandbox.close())
  const cwd = await folder(context)
  const sync = (more: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    run(['sync', '--name', 'acme', '--tables', 'customers', '--to', 'duckdb:acme.duckdb', ...more], {
      cwd,
      env: { STRIPE_API_KEY: key, STRIPE_API_BASE: sandbox.url, ...env },
    })
  return { sandbox, cwd, sync }
}

function oneLine(finished: { readonly stderr: string; readonly stdout: string }, says: RegExp) {
  assert.match(finished.stderr, says)
  assert.match(finished.stderr, /^sluice: [^\n]+\. [^\n]+\n$/)
  assert.ok(!finished.stderr.includes('0123456789'), `a key is in ${finished.stderr}`)
}

test('keys that Stripe does not accept', async (context) => {
  const { cwd, sync } = await place(context)
  const wrong = await sync([], { STRIPE_API_KEY: 'rk_test_9876543210zyxwvutsrq' })
  oneLine(wrong, /does not accept the API key/)
  assert.equal(wrong.code, 2)
  const expired = await sync(['--json'], { STRIPE_API_KEY: revoked })
  oneLine(expired, /has expired/)
  assert.equal(expired.code, 2)
  assert.equal(lastJson(expired.stdout).integration, 'acme')
  assert.equal(`sluice: ${lastJson(expired.stdout).error}\n`, expired.stderr)
  assert.deepEqual(await databases(cwd), [])
})

test('hosts that cannot be reached', async (context) => {
  const { cwd, sync } = await place(context)
  const { sandbox } = await place(context)
  // Each is tried more than once, so all three at a time.
  const [closed, unknown, tls] = await Promise.all([
    sync([], { STRIPE_API_BASE: `http://127.0.0.1:${await freePort()}` }),
    sync([], { STRIPE_API_BASE: 'https://no-such-host.invalid' }),
    sync([], { STRIPE_API_BASE: sandbox.url.replace('http:', 'https:') }),
  ])
  oneLine(closed, /cannot connect to 127\.0\.0\.1/)
  assert.equal(closed.code, 2)
  oneLine(unknown, /no-such-host\.invalid/)
  assert.equal(unknown.code, 2)
  oneLine(tls, /no secure connection/)
  assert.equal(tls.code, 2)
  assert.deepEqual(await databases(cwd), [])
})

test('a name belongs to one account and mode', async (context) => {
  const cwd = await folder(context)
  const sandbox = await startSandbox({ port: 0, scale: 60, rateLimit: 'off' })
  context.after(() => sandbox.close())
  const args = ['sync', '--name', 'acme', '--tables', 'products', '--to', 'duckdb:acme.duckdb']
  const env = { STRIPE_API_BASE: sandbox.url }
  const live = await run(args, { cwd, env: { ...env, STRIPE_API_KEY: 'rk_live_0123456789abcdefghij' } })
  assert.equal(live.code, 0, live.stderr)
  const testMode = await run(args, { cwd, env: { ...env, STRIPE_API_KEY: key } })
  oneLine(testMode, /"acme".*live mode.*test mode.*--name/)
  assert.equal(testMode.code, 2)
  const checked = await run(['check', ...args.slice(1)], { cwd, env: { ...env, STRIPE_API_KEY: key } })
  assert.match(checked.stderr, /"acme".*live mode.*test mode/)
  assert.equal(checked.code, 2)
})

test('warehouses that are none', async (context) => {
  const { cwd, sync } = await place(context)
  await writeFile(join(cwd, 'letter.duckdb'), 'Dear Sir or Madam, '.repeat(1000))
  const before = await readFile(join(cwd, 'letter.duckdb'))
  const letter = await sync(['--to', 'duckdb:letter.duckdb'])
  oneLine(letter, /letter\.duckdb exists and is not a DuckDB file/)
  assert.equal(letter.code, 2)
  assert.deepEqual(await readFile(join(cwd, 'letter.duckdb')), before)

  const nowhere = await sync(['--to', 'duckdb:no/such/folder/a.duckdb'])
  oneLine(nowhere, /no\/such\/folder does not exist/)
  assert.equal(nowhere.code, 2)

  const other = await sync(['--to', 'postgress://localhost/x'])
  oneLine(other, /no destination called postgress/)
  assert.equal(other.code, 2)
  assert.deepEqual(await databases(cwd), ['letter.duckdb'])
})

test('a folder that cannot be written', async (context) => {
  const { sync } = await place(context)
  // Nobody may create files there, not even the superuser, who may everywhere else.
  const { code, ...said } = await sync(['--to', 'duckdb:/sys/kernel/acme.duckdb'])
  oneLine(said, /cannot be written/)
  assert.equal(code, 2)
})

test('check names every problem in one go', async (context) => {
  const { cwd, sandbox } = await place(context)
  const { code, stderr, stdout } = await run(
    ['check', '--name', 'acme', '--tables', 'customers', '--to', 'duckdb:no/such/folder/a.duckdb', '--json'],
    { cwd, env: { STRIPE_API_KEY: revoked, STRIPE_API_BASE: sandbox.url } },
  )
  assert.equal(code, 2)
  assert.match(stderr, /has expired/)
  assert.match(stderr, /does not exist/)
  const problems = lastJson(stdout).problems as readonly { readonly part: string }[]
  assert.deepEqual(problems.map(({ part }) => part).sort(), ['key', 'warehouse'])
  assert.deepEqual(await databases(cwd), [])
})

async function databases(cwd: string): Promise<readonly string[]> {
  return (await readdir(cwd)).filter((name) => name !== '.sluice').sort()
}
