/** All bugs that are planted. */
import type { Bug } from './bug.ts'
import { loopBugs } from './loop.ts'
import { readingBugs } from './reading.ts'
import { warehouseBugs } from './warehouses.ts'

export const bugs: readonly Bug[] = [...loopBugs, ...readingBugs, ...warehouseBugs]
