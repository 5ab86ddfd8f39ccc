/** Folders of files as places for the conformance suite. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import type { Tidiness } from '../../src/destinations/files/plan.ts'
import { openFiles } from '../../src/destinations/files.ts'
import { temporaryFolder } from './folder.ts'

export const optionsIn = (folder: string) => ({
  integration: 'acme',
  workDir: join(folder, 'work'),
  signal: new AbortController().signal,
  report(event: unknown) {
    // What is put aside as not urgent must not happen in a test.
    assert.fail(JSON.stringify(event))
  },
})

/** A fresh folder for one test, with these settings in its address. */
export const place = (settings: string, tidiness: Tidiness) => async () => {
  const folder = await temporaryFolder()
  return {
    folder: folder.path,
    open: (other = '') =>
      openFiles(
        `files:${folder.path}/lake?${settings}`,
        { ...optionsIn(folder.path), integration: `${other}acme` },
        tidiness,
      ),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  }
}
