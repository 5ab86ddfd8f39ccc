import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError } from '../core/errors.ts'
import { destinationExamples, destinationFor } from './registry.ts'

test('an address leads to its destination', async () => {
  for (const [address, name] of [
    ['duckdb:./a.duckdb', 'duckdb'],
    ['DuckDB:/a/b.db', 'duckdb'],
    ['./a.duckdb', 'duckdb'],
    ['/tmp/A.DUCKDB?memory=1GB', 'duckdb'],
    ['files:./a', 'files'],
    ['./a?format=parquet', 'files'],
    ['/tmp/a?memory=1GB&format=parquet', 'files'],
    ['s3://bucket/a', 's3'],
    ['AZ://container', 'az'],
    ['gs://bucket/a', 'gs'],
    ['memory:x', 'memory'],
    ['memory:', 'memory'],
  ] as const) {
    assert.equal((await destinationFor(address)).name, name, address)
  }
  for (const example of destinationExamples) {
    assert.equal((await destinationFor(example)).example, example)
  }
})

test('an unknown address is refused with a suggestion', async () => {
  const cure = async (address: string) => {
    const error = await destinationFor(address).then(
      () => assert.fail(`${address} was taken`),
      (reason: unknown) => reason,
    )
    assert.ok(error instanceof ConfigError)
    return String(error.cure)
  }
  assert.match(await cure('duckbd:a'), /did you mean duckdb:/)
  assert.match(await cure('oracle:a'), /known are duckdb:\.\/warehouse\.duckdb, .*memory:name/)
  assert.match(await cure('constructor:a'), /known are/)
  assert.match(await cure('warehouse'), /write a scheme before it/)
  assert.match(await cure(''), /write a scheme before it/)
})
