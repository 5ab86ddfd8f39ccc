import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TransientError } from '../../core/errors.ts'
import { explained } from './errors.ts'

/** As an engine with `errors_as_json` throws it. */
const thrown = (exception_type: string, exception_message: string) =>
  new Error(JSON.stringify({ exception_type, exception_message }))

test('a lack of memory is told as one, also where it shows as a failed commit', () => {
  // Seen with memory=128MB and loads of seven wide tables.
  const commit = thrown(
    'TransactionContext',
    'Failed to commit: Checkpoint failed for database "warehouse". Original error: failed to pin block of size 256.0 KiB (121.9 MiB/122.0 MiB used)',
  )
  // Seen with the least memory that a load begins with.
  const small = thrown(
    'TransactionContext',
    'Failed to commit: could not allocate block of size 64.0 KiB (8.7 MiB/8.7 MiB used)',
  )
  for (const error of [commit, small, thrown('Out of Memory', 'could not allocate block')]) {
    const told = explained(error, '/somewhere/a.duckdb')
    assert.ok(told instanceof TransientError)
    assert.match(told.cure ?? '', /memory=/)
  }
})

test('a commit that fails for another reason is no matter of memory', () => {
  const told = explained(thrown('TransactionContext', 'Failed to commit: conflict'), '/somewhere/a.duckdb')
  assert.ok(told instanceof Error && !(told instanceof TransientError))
})
