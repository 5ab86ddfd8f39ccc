import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settings, settingsSchema } from '../app/settings.ts'
import { sandboxOptions as sandboxSchema } from '../sandbox/options.ts'
import { stripeConfigSchema } from '../stripe/config.ts'
import { fromEnvironment } from './environment.ts'
import { checkOptions, sandboxOptions, startOptions, syncOptions } from './options.ts'
import { program } from './program.ts'
import { serveOptions } from './service-options.ts'

const names = (options: readonly { attributeName(): string }[]) =>
  options.map((option) => option.attributeName()).sort()

test('the options of a sync are the entries of its schemas, and none is left out', () => {
  const source = stripeConfigSchema.in.shape
  const entries = [...Object.keys(settingsSchema(0).shape), ...Object.keys(source)]
  assert.deepEqual(names(syncOptions()), [...entries, 'json', 'quiet'].sort())
  for (const option of [...names(checkOptions()), ...names(startOptions())]) {
    assert.ok([...entries, 'json', 'quiet'].includes(option), option)
  }
})

test("the sandbox's options are entries of its schema", () => {
  const entries = Object.keys(sandboxSchema.shape)
  for (const option of names(sandboxOptions())) assert.ok(entries.includes(option), option)
})

test('options are parsed as they are written, from the environment too', async () => {
  const root = program()
  const sync = root.commands.find((command) => command.name() === 'sync')
  assert.ok(sync)
  let seen: Record<string, unknown> = {}
  sync.action((values: Record<string, unknown>) => {
    seen = values
  })
  process.env.STRIPE_API_BASE = 'http://127.0.0.1:1'
  try {
    await root.parseAsync([
      'node',
      'sluice',
      'sync',
      '--name',
      'acme',
      '--api-key',
      'rk_test_x',
      '--fields',
      'a=b',
      '--fields',
      'c=d',
      '--exclude-fields',
      'e=f',
      '--only',
      'invoices',
      '--full-refresh',
      '--work-dir',
      'w',
      '--history',
      '2y',
      '--json',
    ])
  } finally {
    delete process.env.STRIPE_API_BASE
  }
  assert.deepEqual(seen, {
    name: 'acme',
    apiKey: 'rk_test_x',
    apiBase: 'http://127.0.0.1:1',
    fields: ['a=b', 'c=d'],
    excludeFields: ['e=f'],
    only: 'invoices',
    fullRefresh: true,
    workDir: 'w',
    history: '2y',
    json: true,
  })
})

test('no option shows a key as its default in the help', () => {
  process.env.STRIPE_API_KEY = 'rk_live_should_not_be_seen'
  try {
    for (const command of program().commands) assert.ok(!command.helpInformation().includes('should_not'))
  } finally {
    delete process.env.STRIPE_API_KEY
  }
})

/** `sluice sync --name acme | jq .status` → `sync`, `--name`, `acme` */
const examples = (help: string): string[][] =>
  [...help.matchAll(/^ {2}(?:\S+=\S+ )*sluice ([^|>\n]*)/gm)].map(([, line = '']) =>
    [...(line.split(/ {2,}/)[0] ?? '').matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    ),
  )

test('the examples of the help are taken as they stand there', async (context) => {
  context.mock.method(process.stdout, 'write', (text: string) => {
    written += text
    return true
  })
  let written = ''
  const helps: string[] = []
  for (const command of [program(), ...program().commands]) {
    written = ''
    command.outputHelp()
    helps.push(written)
  }
  context.mock.restoreAll()
  const found = helps.flatMap(examples)
  assert.ok(found.length >= 20, `${found.length} examples`)
  for (const args of found) {
    const root = program().exitOverride()
    let seen: Record<string, unknown> | undefined
    for (const command of root.commands) {
      command.exitOverride().action((...given: unknown[]) => {
        seen = command.opts()
        assert.ok(given.length > 0)
      })
    }
    await root.parseAsync(['node', 'sluice', ...args])
    assert.ok(seen, args.join(' '))
    const [name] = args
    if (name === 'sandbox') sandboxSchema.parse(seen)
    if (name === 'sync' || name === 'check' || name === 'verify') {
      const { hashKey: _, ...said } = seen
      settings({ apiKey: 'rk_test_x', ...said }, Date.now(), {
        SLUICE_HASH_KEY: 'a hash key for the examples',
      })
    }
  }
})

test('what `sluice start` serves at its end goes by the environment, as `sluice serve` does', (context) => {
  const { SLUICE_PORT: port } = process.env
  context.after(() => {
    if (port === undefined) delete process.env.SLUICE_PORT
    else process.env.SLUICE_PORT = port
  })
  process.env.SLUICE_PORT = '8099'
  const values = fromEnvironment(serveOptions())
  assert.equal(values.port, '8099')
  assert.equal(values.worker, true)
})
