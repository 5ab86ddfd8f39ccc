import { setFlagsFromString } from 'node:v8'
import type { Capabilities } from '../core/model.ts'

/**
 * By how much V8's heap grows between two full collections, and how often as large its young generation may become at a
 * time, up to the launcher's 16 MB (bin/with-node). Narrow is what the launcher begins with.
 */
const flags = {
  narrow: ['--heap-growing-percent=30', '--semi-space-growth-factor=1'],
  wide: ['--heap-growing-percent=300', '--semi-space-growth-factor=2'],
}

/** Runs of this process, by where their warehouse's engine works. */
const runs = { here: 0, elsewhere: 0 }

/** A process that was started otherwise keeps the heap that it was given. */
const isLaunched = process.execArgv.some((flag) => flag.startsWith('--min-semi-space-size='))
const setFlag = isLaunched ? setFlagsFromString : () => {}

function settle(set: (flag: string) => void): void {
  const isWide = runs.here === 0 && runs.elsewhere > 0
  for (const flag of flags[isWide ? 'wide' : 'narrow']) set(flag)
}

// V8 takes no growth factor below 2 on its command line: what imports this first has a young generation that stays small.
settle(setFlag)

/**
 * Lets V8 collect less often while nothing but runs into warehouses of other processes is under way: where no engine
 * shares our memory there is room for it, and collecting as early as beside one takes a third of such a run's processor
 * time (docs/performance.md). Disposed of when the run ends.
 */
export function heapFor({ engine = 'here' }: Capabilities, set = setFlag): Disposable {
  runs[engine]++
  settle(set)
  return {
    [Symbol.dispose]() {
      runs[engine]--
      settle(set)
    },
  }
}
