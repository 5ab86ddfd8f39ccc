import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformance } from '../../test/conformance/suite.ts'
import type { OpenOptions } from '../core/model.ts'
import { openDuckdb } from './duckdb.ts'

function folder() {
  const path = mkdtempSync(join(tmpdir(), 'sluice-duckdb-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

function options(workDir: string, more: Partial<OpenOptions> = {}): OpenOptions {
  return { integration: 'acme', workDir, signal: new AbortController().signal, report() {}, ...more }
}

conformance('duckdb', async () => {
  const { path, remove } = folder()
  return {
    open: async () =>
      openDuckdb(`duckdb:${join(path, 'warehouse.duckdb')}`, options(path), { lockWait: 0, tellAfter: 0 }),
    async [Symbol.asyncDispose]() {
      remove()
    },
  }
})
