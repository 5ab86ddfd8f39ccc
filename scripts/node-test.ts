import { spawnSync } from 'node:child_process'

/**
 * What the launcher asks of malloc is for the memory of long runs (bin/with-node). It takes a tenth of the time of tests,
 * which are many short processes; those that tests start by the launcher have it all the same.
 */
const { MALLOC_ARENA_MAX: _, MALLOC_MMAP_THRESHOLD_: __, MALLOC_TRIM_THRESHOLD_: ___, ...env } = process.env

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
    { stdio: 'inherit', env },
  )
  return status ?? 1
}
