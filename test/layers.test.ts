/** Who may import whom (docs/architecture.md), and which words a room may not speak. */
import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, normalize, relative } from 'node:path'
import { test } from 'node:test'

const root = new URL('..', import.meta.url).pathname

interface Room {
  /** Rooms and files of ours that it may import, besides itself. */
  readonly imports: readonly string[]
  readonly why: string
}

const rooms: Readonly<Record<string, Room>> = {
  core: {
    imports: [],
    why: 'core is the words and the loop; put what needs I/O behind an interface of core/model.ts',
  },
  stripe: {
    imports: ['core'],
    why: 'a source knows the words of core alone; pass anything else in as an argument',
  },
  destinations: {
    imports: ['core'],
    why: 'a destination knows the words of core alone; pass anything else in as an argument',
  },
  sandbox: {
    imports: ['core', 'stripe/catalog.ts', 'stripe/streams.ts'],
    why: 'the sandbox plays Stripe from the same catalog; it must not share code with the reader that it tests',
  },
  store: {
    imports: ['core'],
    why: 'the store keeps what it is given; pass anything else in as an argument',
  },
  app: {
    imports: ['core', 'stripe', 'destinations', 'store'],
    why: 'use cases are called by all entrances and know none of them',
  },
  server: {
    imports: ['core', 'app'],
    why: 'the server is thin: HTTP and nothing else; put what it does into a use case in app',
  },
  worker: {
    imports: ['core', 'app'],
    why: 'a worker is thin; put what it does into a use case in app',
  },
  cli: {
    imports: ['core', 'app', 'sandbox', 'worker', 'server'],
    why: 'the command line is thin; put what it does into a use case in app',
  },
}

const banned: readonly { readonly room: string; readonly words: RegExp; readonly why: string }[] = [
  { room: 'core', words: /stripe|duckdb|postgres/i, why: 'core serves every source and every destination' },
  { room: 'destinations', words: /stripe/i, why: 'a destination takes rows of any source' },
  { room: 'store', words: /stripe|duckdb/i, why: 'the store serves every source and every destination' },
  { room: 'stripe', words: /duckdb|postgres|bigquery|snowflake/i, why: 'a source feeds any destination' },
]

const sources = globSync('src/**/*.ts', { cwd: root })

test('rooms import only what they may', () => {
  const faults: string[] = []
  for (const file of sources) {
    const room = roomOf(file)
    const rule = rooms[room]
    if (!rule) {
      faults.push(`${file}: no such room; add it to test/layers.test.ts and docs/architecture.md`)
      continue
    }
    for (const [, target = ''] of readFileSync(root + file, 'utf8').matchAll(
      /(?:from|import)\s*\(?\s*'(\.[^']+)'/g,
    )) {
      const path = relative('src', normalize(`${dirname(file)}/${target}`))
      const allowed =
        path.startsWith(`${room}/`) ||
        rule.imports.some((allow) => path === allow || path.startsWith(`${allow}/`))
      const ofTest = /\.test\.ts$/.test(file)
      if (!allowed && !ofTest) faults.push(`${file} imports ${path}: ${rule.why}`)
    }
  }
  assert.deepEqual(faults, [])
})

test('rooms do not name what they must not know', () => {
  const faults: string[] = []
  for (const { room, words, why } of banned) {
    for (const file of sources.filter((source) => roomOf(source) === room && !source.endsWith('.test.ts'))) {
      const found = words.exec(readFileSync(root + file, 'utf8'))
      if (found) faults.push(`${file} says "${found[0]}": ${why}`)
    }
  }
  assert.deepEqual(faults, [])
})

test('what the service says, too, names no option of the command line but as one', () => {
  const faults: string[] = []
  for (const file of sources.filter((source) => /^src\/(?:core|stripe|destinations)\//.test(source))) {
    if (file.endsWith('.test.ts')) continue
    for (const line of readFileSync(root + file, 'utf8').split('\n')) {
      if (/^\s*(?:\*|\/\/|\/\*)/.test(line)) continue
      const [said] = /['"`].*--[a-z][\w-]+/.exec(line.replace(/\boption: (['"`]).*?\1/g, '')) ?? []
      if (said) faults.push(`${file}: ${said}: say it in words for everybody, and the option as \`option\``)
    }
  }
  assert.deepEqual(faults, [])
})

test('the web app imports types of the service, and nothing else of it', () => {
  const faults: string[] = []
  for (const file of globSync('web/src/**/*.{ts,tsx}', { cwd: root })) {
    const text = readFileSync(root + file, 'utf8')
    for (const [statement, target = ''] of text.matchAll(/^(?:import|export)\b[^;']*?from '(\.[^']+)'/gm)) {
      const path = normalize(`${dirname(file)}/${target}`)
      if (path.startsWith('web/')) continue
      const allowed = /^src\/(?:server|app\/service\/resources)\//.test(path)
      if (!allowed) faults.push(`${file} imports ${path}: the app knows the API's types only`)
      if (!/^(?:import|export) type\b/.test(statement)) {
        faults.push(
          `${file} imports ${path} as a value: what the service is made of must not reach the browser`,
        )
      }
    }
  }
  assert.deepEqual(faults, [])
})

function roomOf(file: string): string {
  return file.split('/')[1] ?? ''
}
