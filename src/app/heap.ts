import { setFlagsFromString } from 'node:v8'
import type { Capabilities } from '../core/model.ts'

/** By how much V8's heap grows between two full collections; the launcher's (bin/with-node), and with room. */
const percent = { narrow: 30, wide: 300 }

/** Runs of this process, by where their warehouse's engine works. */
const runs = { here: 0, elsewhere: 0 }

function settle(set: (flag: string) => void): void {
  const isWide = runs.here === 0 && runs.elsewhere > 0
  set(`--heap-growing-percent=${isWide ? percent.wide : percent.narrow}`)
}

/**
 * Lets V8 collect less often while nothing but runs into warehouses of other processes is under way: where no engine
 * shares our memory there is room for it, and collecting as early as beside one takes a fifth of such a run's processor
 * time (docs/performance.md). Disposed of when the run ends.
 */
export function heapFor({ engine = 'here' }: Capabilities, set = setFlagsFromString): Disposable {
  runs[engine]++
  settle(set)
  return {
    [Symbol.dispose]() {
      runs[engine]--
      settle(set)
    },
  }
}
