import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { startProxy } from '../../test/support/pg-proxy.ts'
import { npmPrograms, startCluster } from '../../test/support/postgres.ts'
import { isAway } from './away.ts'
import { openPool, transaction } from './database.ts'

const cluster = await startCluster({ programs: npmPrograms() })
const proxy = await startProxy(cluster.port)
const pool = openPool({ connectionString: cluster.url({ port: proxy.port }) }, 4)

before(() => pool.query('create table counts (n integer)'))
beforeEach(() => pool.query('truncate counts'))
after(async () => {
  await pool.end()
  await proxy[Symbol.asyncDispose]()
  await cluster[Symbol.asyncDispose]()
})

const add = () =>
  transaction(pool, async (sql) => {
    await sql.query('insert into counts values (1)')
    return 'added'
  })
const count = async () => (await pool.query('select count(*)::int as n from counts')).rows[0]?.n

test('a commit whose answer is lost has happened: it is not said to have failed, and nobody does it twice', async () => {
  proxy.fault = { at: 'commit', when: 'after', times: 1 }
  assert.equal(await add(), 'added')
  assert.equal(proxy.fault.times, 0)
  assert.equal(await count(), 1)
})

test('a commit that never came to the server has failed', async () => {
  proxy.fault = { at: 'commit', when: 'before', times: 1 }
  await assert.rejects(add(), isAway)
  assert.equal(proxy.fault.times, 0)
  assert.equal(await count(), 0)
  assert.equal(await add(), 'added')
})

test('what breaks before the commit has failed, and so has what throws', async () => {
  proxy.fault = { at: 'insert into counts', when: 'after', times: 1 }
  await assert.rejects(add())
  const thrown = new Error('no')
  await assert.rejects(
    transaction(pool, async (sql) => {
      await sql.query('insert into counts values (1)')
      throw thrown
    }),
    thrown,
  )
  assert.equal(await count(), 0)
})
