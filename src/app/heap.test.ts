import assert from 'node:assert/strict'
import { test } from 'node:test'
import { caps as duckdb } from '../destinations/duckdb/dialect.ts'
import { caps as postgres } from '../destinations/postgres/dialect.ts'
import { heapFor } from './heap.ts'

test('the heap has room while all engines work elsewhere, and none while one shares our memory', () => {
  const told: string[] = []
  const [narrow, wide] = [
    ['30', '1'],
    ['300', '2'],
  ]
  const set = (flag: string) =>
    void told.push(flag.replace(/^--(heap-growing-percent|semi-space-growth-factor)=/, ''))
  {
    using _ = heapFor(postgres, set)
    {
      using _ = heapFor(duckdb, set)
      using __ = heapFor(postgres, set)
    }
  }
  assert.deepEqual(told, [...wide, ...narrow, ...narrow, ...narrow, ...wide, ...narrow])
})
