import { spawnSync } from 'node:child_process'

/** Runs test files, so many at a time; gives the status with which to exit. */
export function nodeTest(files: readonly string[], atOnce: number): number {
  const { status } = spawnSync(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import=./test/support/leftovers.ts',
      '--test',
      // Against tests that hang; none needs so long, however busy the machine is.
      '--test-timeout=240000',
      `--test-concurrency=${atOnce}`,
      ...files,
    ],
    { stdio: 'inherit' },
  )
  return status ?? 1
}
