import assert from 'node:assert/strict'
import { test } from 'node:test'
import { conformance } from '../../test/conformance/suite.ts'
import { memory } from './memory.ts'

const options = { integration: 'acme', workDir: '.', signal: new AbortController().signal, report() {} }

let places = 0

conformance('memory', async () => {
  const address = `memory:place ${++places}`
  return {
    open: (other = '') => memory.open(address, { ...options, integration: `${other}acme` }),
    async [Symbol.asyncDispose]() {},
  }
})

test('memory: one name holds the integrations apart, and no name is never found again', async () => {
  const state = async (address: string, integration: string) => {
    const warehouse = await memory.open(address, { ...options, integration })
    const found = await warehouse.readState()
    await warehouse.load({
      id: '1',
      packedAt: 0,
      account: 'acct_1',
      batches: [],
      checkpoints: [{ scope: integration, cursor: 1 }],
    })
    return found
  }
  assert.deepEqual(await state('memory:shared', 'a'), new Map())
  assert.deepEqual(await state('memory:shared', 'b'), new Map())
  assert.deepEqual(await state('memory:shared', 'a'), new Map([['a', 1]]))
  assert.deepEqual(await state('memory:', 'a'), new Map())
  assert.deepEqual(await state('memory:', 'a'), new Map())
})
