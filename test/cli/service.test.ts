/** The service's commands, as an operator runs them: serve, a worker beside it, backup and restore, a new master key. */
import assert from 'node:assert/strict'
import { chmodSync, copyFileSync, existsSync, statSync } from 'node:fs'
import { test } from 'node:test'
import { folder, run, start } from './spawn.ts'

test('serve is there at once, and its store is backed up, sealed anew and restored beside it', async (context) => {
  const cwd = await folder(context)
  // PostgreSQL runs as nobody where the superuser runs this.
  chmodSync(cwd, 0o711)
  const serve = start(['serve', '--port', '0', '--data-dir', 'data'], { cwd })
  try {
    const [, url = ''] = await serve.seen(/sluice listens on (http:\S+)\n/)
    const session = await fetch(`${url}/api/v1/session`)
    assert.equal(session.status, 200)

    const worker = start(['worker', '--data-dir', 'data'], { cwd })
    await worker.seen(/the worker waits for runs/)
    worker.kill('SIGTERM')
    assert.equal((await worker.finished).code, 0)

    const backup = await run(['backup', 'sluice.backup', '--data-dir', 'data'], { cwd })
    assert.equal(backup.code, 0, backup.stderr)
    assert.match(backup.stdout, /rows of \d+ tables are in sluice\.backup/)
    assert.equal(statSync(`${cwd}/sluice.backup`).mode & 0o077, 0)
    copyFileSync(`${cwd}/data/master.key`, `${cwd}/old.key`)
    const rotated = await run(['rotate-key', '--data-dir', 'data'], { cwd })
    assert.equal(rotated.code, 0, rotated.stderr)

    const restored = await run(['restore', 'sluice.backup', '--data-dir', 'other'], { cwd })
    assert.equal(restored.code, 0, restored.stderr)
    const without = await run(['export', '--data-dir', 'other'], { cwd })
    assert.equal(without.code, 2)
    assert.match(without.stderr, /master\.key is not there/)
    copyFileSync(`${cwd}/old.key`, `${cwd}/other/master.key`)
    const migrated = await run(['migrate', '--data-dir', 'other'], { cwd })
    assert.equal(migrated.stdout, 'the store is up to date\n')
    const twice = await run(['restore', 'sluice.backup', '--data-dir', 'other'], { cwd })
    assert.equal(twice.code, 2)
    assert.match(twice.stderr, /not empty/)
    const none = await run(['restore', 'old.key', '--data-dir', 'third'], { cwd })
    assert.equal(none.code, 2)
    assert.match(none.stderr, /no backup of sluice/)

    const began = Date.now()
    serve.kill('SIGTERM')
    const { code, stderr } = await serve.finished
    assert.equal(code, 0, stderr)
    assert.ok(Date.now() - began < 10_000)
    assert.ok(!existsSync(`${cwd}/data/postgres/postmaster.pid`), 'the last to leave stopped the database')
  } finally {
    serve.kill('SIGKILL')
  }
})

test('what cannot be is refused with what to do', async (context) => {
  const cwd = await folder(context)
  const older = await run(['worker', '--data-dir', 'nowhere'], { cwd })
  assert.equal(older.code, 2)
  assert.match(older.stderr, /sluice serve/)
  const many = await run(['serve', '--concurrency', 'lots', '--data-dir', 'data'], { cwd })
  assert.equal(many.code, 2)
  assert.match(many.stderr, /--concurrency "lots" is not a number/)
  const address = await run(['serve', '--database-url', 'mysql://u:hunter2@h/d'], { cwd })
  assert.equal(address.code, 2)
  assert.match(address.stderr, /not the address of a PostgreSQL/)
  assert.doesNotMatch(address.stderr, /hunter2/)
})
