/** A destination whose process dies, for real or in effect: what is in memory is lost, what is durable stays. */
import type { Destination } from '../../src/core/model.ts'

/**
 * When to die: at the so-many-th call, before it does anything, or (`loaded`) after it is durable but before anyone
 * knows. A `statement` is one of the warehouse's SQL, in a process of its own.
 */
export interface Death {
  readonly at: 'prepare' | 'load' | 'loaded' | 'request' | 'statement'
  /** From 1. */
  readonly count: number
}

/** What everything ends with after the death. */
export class Died extends Error {
  override name = 'Died'
}

export interface Crashing {
  readonly destination: Destination
  /** To be told of every request of the source, and every statement; throws when that is the moment. */
  reach(moment: 'request' | 'statement'): void
  readonly isDead: boolean
}

/**
 * After its death nothing is written any more, whatever the run still tries on its way out; `die` may end the process
 * itself.
 */
export function crashing(
  destination: Destination,
  death: Death | undefined,
  die: () => void = () => {},
): Crashing {
  let dead = false
  const calls = { prepare: 0, load: 0, loaded: 0, request: 0, statement: 0 }
  const alive = () => {
    if (dead) throw new Died('the process is dead')
  }
  const reach = (moment: Death['at']) => {
    alive()
    calls[moment]++
    if (death?.at === moment && calls[moment] === death.count) {
      dead = true
      die()
    }
    alive()
  }
  return {
    reach,
    get isDead() {
      return dead
    },
    destination: {
      ...destination,
      async open(address, options) {
        const warehouse = await destination.open(address, options)
        return {
          ...warehouse,
          async prepare(tables) {
            reach('prepare')
            return warehouse.prepare(tables)
          },
          async load(load) {
            reach('load')
            const receipt = await warehouse.load(load)
            reach('loaded')
            return receipt
          },
        }
      },
    },
  }
}
