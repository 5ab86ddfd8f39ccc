import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BudgetError, ConfigError } from '../core/errors.ts'
import { type Clock, sleep, systemClock } from './clock.ts'

/**
 * Stripe allows 500 reads per transaction over 30 days, and at least so many per account and
 * month; docs.stripe.com/rate-limits, "API read request allocations".
 */
export const guaranteedReads = 10_000
export const readsPerTransaction = 500

/** Counts the reads of one account, in memory and, now and then, in a file that several processes share. */
export interface Meter extends AsyncDisposable {
  /** One more read is made. Throws `BudgetError`, and counts nothing, when the limit is reached. */
  count(): void
  /**
   * Whose reads these are, also those counted before; until then nothing is written. Resolves when those of
   * earlier runs are known. With a limit, rejects with `ConfigError` when they cannot be.
   */
  belongsTo(account: string): Promise<void>
  /** Reads of this account in the last 30 days, by all processes, today's and those not yet written included. */
  total(): Promise<number>
  /** Writes what is not written yet. Never throws: a meter must not stop a run. */
  close(): Promise<void>
}

export interface MeterOptions {
  /** The file is `reads.json` in it; created when missing. */
  readonly dir: string
  readonly clock?: Clock
  /** Reads of the account in 30 days, by all processes, beyond which `count` refuses; off by the reads that others do not write yet. */
  readonly limit?: number
  /** Told once when the file cannot be read or written. */
  readonly onProblem?: (message: string) => void
}

/** Account, then day (`2026-11-23`, UTC), then reads. */
type Ledger = Record<string, Record<string, number>>

const windowDays = 30
const flushEveryMs = 5_000
/** A lock so old belongs to a process that died: holding it takes milliseconds. */
const staleLockMs = 10_000
const lookEveryMs = 50
const day = (wall: number) => new Date(wall).toISOString().slice(0, 10)

function isLedger(value: unknown): value is Ledger {
  const isObject = (part: unknown) => typeof part === 'object' && part !== null && !Array.isArray(part)
  return (
    isObject(value) &&
    Object.values(value as object).every(
      (days) => isObject(days) && Object.values(days as object).every((reads) => Number.isSafeInteger(reads)),
    )
  )
}

async function readLedger(file: string): Promise<Ledger> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    throw error
  }
  try {
    const ledger: unknown = JSON.parse(text)
    if (isLedger(ledger)) return ledger
  } catch {
    // Falls through: not JSON at all.
  }
  throw new Error(`${file} is not a read meter's file; remove it to begin a new one`)
}

/** Runs `work` while no other process does. Who waits for twice as long as any lock lasts goes on without. */
async function locked<T>(file: string, clock: Clock, work: () => Promise<T>): Promise<T> {
  const lock = `${file}.lock`
  const forever = new AbortController().signal
  let held = false
  for (let waited = 0; waited < 2 * staleLockMs && !held; waited += lookEveryMs) {
    try {
      await (await open(lock, 'wx')).close()
      held = true
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      const age = Date.now() - (await stat(lock).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
      if (age > staleLockMs) await rm(lock, { force: true })
      else await sleep(clock, lookEveryMs, forever)
    }
  }
  try {
    return await work()
  } finally {
    if (held) await rm(lock, { force: true })
  }
}

const usedUp = (limit: number) =>
  new BudgetError(
    `the limit of ${limit} reads in 30 days is used up; the next run carries on when older reads no longer count, or with a higher limit`,
  )

/** Opens the meter of a work directory. Writes at most every few seconds. */
export function readMeter(options: MeterOptions): Meter {
  const clock = options.clock ?? systemClock
  const file = join(options.dir, 'reads.json')
  let account: string | undefined
  /** Not yet in the file, by day. */
  let pending = new Map<string, number>()
  let cancelTimer: (() => void) | undefined
  let writing: Promise<void> = Promise.resolve()
  let complained = false
  /** As the file last said, and counted here since. */
  let earlier = 0
  let since = 0

  function complain(error: unknown) {
    if (!complained) options.onProblem?.(`the read meter: ${error instanceof Error ? error.message : error}`)
    complained = true
  }

  async function write(of: string): Promise<void> {
    const adding = pending
    if (adding.size === 0) return
    pending = new Map()
    try {
      await mkdir(options.dir, { recursive: true })
      await locked(file, clock, async () => {
        const ledger = await readLedger(file)
        const days = ledger[of] ?? {}
        ledger[of] = days
        for (const [date, reads] of adding) days[date] = (days[date] ?? 0) + reads
        const first = day(clock.wall() - windowDays * 86_400_000)
        for (const known of Object.values(ledger)) {
          for (const date of Object.keys(known)) if (date <= first) delete known[date]
        }
        const next = `${file}.${randomUUID()}`
        await writeFile(next, `${JSON.stringify(ledger, null, 1)}\n`)
        await rename(next, file)
        earlier = sumOf(days)
        since = [...pending.values()].reduce((sum, reads) => sum + reads, 0)
      })
    } catch (error) {
      for (const [date, reads] of adding) pending.set(date, (pending.get(date) ?? 0) + reads)
      complain(error)
    }
  }

  function sumOf(days: Readonly<Record<string, number>>): number {
    const first = day(clock.wall() - windowDays * 86_400_000)
    return Object.entries(days).reduce((sum, [date, reads]) => (date > first ? sum + reads : sum), 0)
  }

  function flush(): Promise<void> {
    cancelTimer?.()
    cancelTimer = undefined
    const of = account
    if (of !== undefined) writing = writing.then(() => write(of))
    return writing
  }

  const close = () => flush()
  return {
    count() {
      if (options.limit !== undefined && earlier + since >= options.limit) throw usedUp(options.limit)
      since++
      const today = day(clock.wall())
      pending.set(today, (pending.get(today) ?? 0) + 1)
      cancelTimer ??= clock.after(flushEveryMs, () => void flush())
    },
    async belongsTo(id) {
      account = id
      const known = writing.then(async () => {
        earlier = sumOf((await readLedger(file))[id] ?? {})
      })
      // Met below; what is written later waits for it all the same.
      writing = known.catch(() => {})
      try {
        await known
      } catch (error) {
        if (options.limit === undefined) return complain(error)
        throw new ConfigError(`the reads of ${id} are not known, so that no limit can be kept`, {
          cure: error instanceof Error ? error.message : String(error),
          cause: error,
        })
      }
    },
    async total() {
      await writing
      let sum = 0
      try {
        if (account !== undefined) sum = sumOf((await readLedger(file))[account] ?? {})
      } catch (error) {
        complain(error)
      }
      for (const reads of pending.values()) sum += reads
      return sum
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}
