import assert from 'node:assert/strict'
import { test } from 'node:test'
import { memory } from '../destinations/memory.ts'
import { AccountError, ConfigError, TransientError } from './errors.ts'
import type { AccountInfo, Accounts, ReadItem, RunEvent, Table } from './model.ts'
import { syncAccounts } from './sync-accounts.ts'

const things: Table = {
  name: 'things',
  columns: [{ name: 'id', type: 'text', nullable: false }],
  key: ['id'],
}
const tables = new Map([['things', things]])
const end: ReadItem = { kind: 'end', stream: 'things', status: 'ok' }
const rows = (id: string): ReadItem => ({
  kind: 'page',
  stream: 'things',
  changes: [{ op: 'upsert', stream: 'things', row: [`of ${id}`], version: 1 }],
  bytes: 100,
  checkpoint: { scope: 'things', cursor: id },
})

/** Accounts of which some fail as told; what each was given to begin with is noted. */
function scripted(
  ids: readonly string[],
  failing: Readonly<Record<string, () => Error>>,
  seen: string[] = [],
): Accounts {
  return {
    name: 'scripted',
    all: true,
    owner: async () => ({ id: 'acct_owner', livemode: false }),
    async *list() {
      yield ids.map((id): AccountInfo => ({ id, livemode: false }))
    },
    tables: () => tables,
    open: (account) => ({
      name: 'scripted',
      check: async () => account,
      tables: () => tables,
      discover: async () => [],
      async *read({ state }) {
        seen.push(`${account.id} ${JSON.stringify(state.get('things') ?? null)}`)
        const error = failing[account.id]?.()
        if (error) throw error
        yield rows(account.id)
        yield end
      },
      async [Symbol.asyncDispose]() {},
    }),
  }
}

let stores = 0
function setup(accounts: Accounts, more: { readonly address?: string; readonly atOnce?: number } = {}) {
  const events: RunEvent[] = []
  let loads = 0
  const run = Math.random()
  return {
    events,
    options: {
      accounts,
      destination: memory,
      address: `memory:sync-accounts-${++stores}`,
      integration: 'acme',
      streams: [{ name: 'things' }],
      workDir: '/nowhere',
      clock: Date.now,
      newId: () => `${run}-${++loads}`,
      signal: new AbortController().signal,
      report: (event: RunEvent) => void events.push(event),
      atOnce: 1,
      ...more,
    },
  }
}

test('each account has checkpoints of its own, and those that were tried longest ago are read first', async () => {
  const seen: string[] = []
  const first = setup(scripted(['a', 'b'], {}, seen))
  assert.equal((await syncAccounts(first.options)).status, 'succeeded')
  const { address } = first.options
  await syncAccounts(setup(scripted(['a', 'b', 'c'], {}, seen), { address }).options)
  assert.deepEqual(seen, ['a null', 'b null', 'c null', 'a "a"', 'b "b"'])
})

test('an account that refuses, or has a bug, does not stop the others; the bug is thrown at the end', async () => {
  const refusing = { b: () => new AccountError('it is closed', { cure: 'open it' }) }
  const run = await syncAccounts(setup(scripted(['a', 'b', 'c'], refusing)).options)
  assert.equal(run.status, 'partial')
  assert.deepEqual(
    run.accounts?.map(({ account, status, reason, cure }) => [account, status, reason, cure]),
    [
      ['a', 'succeeded', null, null],
      ['b', 'failed', 'it is closed', 'open it'],
      ['c', 'succeeded', null, null],
    ],
  )
  assert.deepEqual(
    run.tables.map(({ status, rows }) => [status, rows]),
    [['ok', 2]],
  )

  const { options, events } = setup(scripted(['a', 'b', 'c'], { b: () => new TypeError('ours') }))
  await assert.rejects(syncAccounts(options), /ours/)
  assert.equal(events.filter(({ type }) => type === 'account').length, 3)
})

test('three accounts in a row without an answer end the run; two do not; a refused key ends it at once', async () => {
  const silent = () => new TransientError('no answer')
  const two = await syncAccounts(setup(scripted(['a', 'b', 'c'], { a: silent, b: silent })).options)
  assert.equal(two.status, 'partial')
  const seen: string[] = []
  const failing = { a: silent, b: silent, c: silent }
  await assert.rejects(
    syncAccounts(setup(scripted(['a', 'b', 'c', 'd'], failing, seen)).options),
    TransientError,
  )
  assert.equal(seen.length, 3)
  const key = { a: () => new ConfigError('the key was revoked') }
  await assert.rejects(syncAccounts(setup(scripted(['a', 'b'], key)).options), /revoked/)
})

test('what is the same in many accounts is told once', async () => {
  const incident = { stream: 'things', kind: 'no_events', message: 'the key may not read events' } as const
  const plain = scripted(['a', 'b', 'c'], {})
  const accounts: Accounts = {
    ...plain,
    open(account) {
      const source = plain.open(account)
      return {
        ...source,
        async *read(request) {
          request.report({ type: 'incident', incident })
          yield* source.read(request)
        },
      }
    },
  }
  const run = await syncAccounts(setup(accounts).options)
  assert.deepEqual(run.incidents, [{ ...incident, account: 'a', more_accounts: 2 }])
})
