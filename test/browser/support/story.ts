/** Steps that build on each other: after one that failed the others are not tried, and say so. */
import { test } from 'node:test'

export function story(): (name: string, step: () => Promise<void>) => void {
  let broken: string | undefined
  return (name, step) => {
    test(name, async () => {
      if (broken !== undefined) throw new Error(`not tried, as this failed before it: ${broken}`)
      try {
        await step()
      } catch (error) {
        broken = name
        throw error
      }
    })
  }
}
