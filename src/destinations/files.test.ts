import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conformance } from '../../test/conformance/suite.ts'
import { files } from './files.ts'

conformance('files, parquet', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-files-'))
  const options = {
    integration: 'acme',
    workDir: join(folder, 'work'),
    signal: new AbortController().signal,
    report() {},
  }
  return {
    open: () => files.open(`files:${folder}/warehouse?format=parquet`, options),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
})
