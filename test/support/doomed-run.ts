/**
 * A process that runs an integration once into a warehouse that outlives it, and kills itself on the way:
 * `doomed-run.ts <json>`, the JSON being an `Order`. Nothing of its own outlives the signal: no handler, no `finally`, no buffer. A run that gets to
 * its end all the same tells how, as JSON on the standard output.
 */
import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { DuckDBConnection } from '@duckdb/node-api'
import { Client } from 'pg'
import { TransientError } from '../../src/core/errors.ts'
import type { RunSummary } from '../../src/core/model.ts'
import { destinationFor } from '../../src/destinations/registry.ts'
import { oneRun, type RunOptions, type Way } from './one-run.ts'

export interface Order {
  readonly way: Way
  readonly tables: string
  readonly how: RunOptions
}

export type Told = { readonly summary: RunSummary } | { readonly transient: string }

/** Before each of the warehouse's statements, also between two of one transaction and after its commit; and of its files' changes. */
function everyStatement(reach: () => void): void {
  const { run, runAndReadAll } = DuckDBConnection.prototype
  DuckDBConnection.prototype.run = function (...given) {
    reach()
    return run.apply(this, given)
  }
  DuckDBConnection.prototype.runAndReadAll = function (...given) {
    reach()
    return runAndReadAll.apply(this, given)
  }
  const { query } = Client.prototype
  Client.prototype.query = function (this: Client, ...given: Parameters<typeof query>) {
    reach()
    return query.apply(this, given)
  } as typeof query
  const { link, rename, rm, writeFile } = files
  Object.assign(files, {
    link: (...given: Parameters<typeof link>) => {
      reach()
      return link(...given)
    },
    rename: (...given: Parameters<typeof rename>) => {
      reach()
      return rename(...given)
    },
    rm: (...given: Parameters<typeof rm>) => {
      reach()
      return rm(...given)
    },
    writeFile: (...given: Parameters<typeof writeFile>) => {
      reach()
      return writeFile(...given)
    },
  })
  syncBuiltinESMExports()
}

const { way, tables, how } = JSON.parse(process.argv[2] ?? '') as Order
const tell = (told: Told) => process.stdout.write(JSON.stringify(told))
try {
  const die = () => void process.kill(process.pid, 'SIGKILL')
  const { summary } = await oneRun(await destinationFor(way.address), way, tables, how, {
    die,
    statements: everyStatement,
  })
  tell({ summary })
} catch (error) {
  if (!(error instanceof TransientError)) throw error
  tell({ transient: error.message })
}
