/** Counts the reads of an account in the store, where all workers see them. */
import { BudgetError } from '../../../core/errors.ts'
import { addReads, readsOf } from '../../../store/reads.ts'
import type { Meter } from '../../../stripe/meter.ts'
import type { ServiceContext } from '../context.ts'

export interface StoreMeterOptions {
  /** Reads in 30 days by all workers; off by what others have not written yet. */
  readonly limit: number | undefined
}

const often = 5_000

export const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10)

export function storeMeter(
  ctx: Pick<ServiceContext, 'pool' | 'clock' | 'log'>,
  { limit }: StoreMeterOptions,
): Meter {
  let account: string | undefined
  /** As the store last said, and counted here since. */
  let earlier = 0
  let pending = 0
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  async function write(of: string): Promise<void> {
    const adding = pending
    if (adding === 0) return
    const today = dayOf(ctx.clock())
    try {
      await addReads(ctx.pool, of, today, adding)
      pending -= adding
      earlier = await readsOf(ctx.pool, of, today)
    } catch (error) {
      ctx.log('warn', `the reads of ${of} could not be counted: ${(error as Error).message}`)
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const of = account
    if (of !== undefined) writing = writing.then(() => write(of))
    return writing
  }

  return {
    count() {
      if (limit !== undefined && earlier + pending >= limit) {
        throw new BudgetError(
          `the limit of ${limit} reads in 30 days is used up; a later run carries on when older reads no longer count, or with a higher limit`,
        )
      }
      pending++
      timer ??= setTimeout(() => void flush(), often)
    },
    async belongsTo(id) {
      account = id
      earlier = await readsOf(ctx.pool, id, dayOf(ctx.clock()))
    },
    async total() {
      await writing
      return account === undefined
        ? pending
        : (await readsOf(ctx.pool, account, dayOf(ctx.clock()))) + pending
    },
    close: flush,
    [Symbol.asyncDispose]: flush,
  }
}
