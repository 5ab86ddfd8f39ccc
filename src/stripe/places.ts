/** A number of places for work that would otherwise all be done at once; first come, first served. */
export interface Places {
  within<T>(work: () => Promise<T>): Promise<T>
}

export function places(count: number): Places {
  const waiting: (() => void)[] = []
  let free = count
  return {
    async within(work) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await work()
      } finally {
        // A place goes from hand to hand, so that nobody who comes later overtakes.
        const next = waiting.shift()
        if (next) next()
        else free++
      }
    },
  }
}
