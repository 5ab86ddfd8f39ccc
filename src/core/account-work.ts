/** What is done account by account, a few beside each other: one that fails does not stop the rest. */
import { AccountError, BudgetError, ConfigError, FenceError, TransientError } from './errors.ts'
import type { AccountInfo, Accounts, Source, Table, Warehouse } from './model.ts'
import { oneAtATime } from './one-at-a-time.ts'

/** Why an account was not read, or not to its end. */
export interface Unread {
  readonly status: 'failed' | 'paused'
  readonly reason: string
  readonly cure?: string | undefined
  /** It may be that nobody can be read. */
  readonly unanswered?: true
}

export interface AccountWork {
  /** For all accounts, one call at a time; tables are prepared once. */
  readonly warehouse: Warehouse
  /** Aborted when the run is, or when it must end for all. */
  readonly signal: AbortSignal
  /** Does `each` for every account, in their order. Throws what ends the run for all. */
  all(accounts: readonly AccountInfo[], each: (account: AccountInfo) => Promise<void>): Promise<void>
  /**
   * Works with an account's source, and says what kept it from being read. Throws what concerns all accounts: of the
   * warehouse, of the credentials, an abort, and that several in a row were not answered.
   */
  attempt(account: AccountInfo, work: (source: Source) => Promise<void>): Promise<Unread | undefined>
  /** An account turned out to be answered, or not, though nothing was thrown. */
  answered(yes: boolean): void
  /** Throws the first error that is nobody's fault but ours, if there was one. */
  throwBug(): void
}

export interface AccountWorkOptions {
  readonly accounts: Pick<Accounts, 'open'>
  readonly signal: AbortSignal
  /** 8 by default. */
  readonly atOnce?: number
}

/** So many accounts in a row without an answer, and nobody is. */
const unansweredMost = 3

export function accountWork(opened: Warehouse, options: AccountWorkOptions): AccountWork {
  const { accounts, atOnce = 8 } = options
  const stop = new AbortController()
  const signal = AbortSignal.any([options.signal, stop.signal])
  let broken: { readonly error: unknown } | undefined
  let bug: { readonly error: unknown } | undefined
  let unanswered = 0
  const warehouse = watched(oneAtATime(opened), (error) => {
    broken ??= { error }
  })

  const unreadOf = (error: unknown): Unread => {
    if (options.signal.aborted) throw options.signal.reason
    if (broken) throw broken.error
    if (error instanceof BudgetError) return { status: 'paused', reason: error.message }
    if (error instanceof AccountError) return { status: 'failed', reason: error.message, cure: error.cure }
    if (error instanceof TransientError) {
      return { status: 'failed', reason: error.message, cure: error.cure, unanswered: true }
    }
    if (error instanceof ConfigError || error instanceof FenceError || signal.aborted) throw error
    bug ??= { error }
    return { status: 'failed', reason: `an error that is not the account's: ${oneLine(error)}` }
  }

  const answered = (yes: boolean) => {
    unanswered = yes ? 0 : unanswered + 1
    if (unanswered >= unansweredMost) {
      throw new TransientError(`${unanswered} accounts one after the other were not answered`, {
        cure: 'run again later; it begins with the accounts that were not read',
      })
    }
  }

  return {
    warehouse,
    signal,
    answered,
    async all(queue, each) {
      const turns = queue[Symbol.iterator]()
      const one = async () => {
        for (const account of turns) {
          if (signal.aborted) return
          await each(account).catch((error: unknown) => {
            stop.abort(error)
            throw error
          })
        }
      }
      const ended = await Promise.allSettled(Array.from({ length: atOnce }, one))
      signal.throwIfAborted()
      const failed = ended.find((end) => end.status === 'rejected')
      if (failed) throw failed.reason
    },
    async attempt(account, work) {
      await using source = accounts.open(account)
      try {
        await work(source)
        return undefined
      } catch (error) {
        const unread = unreadOf(error)
        if (unread.unanswered) answered(false)
        return unread
      }
    },
    throwBug() {
      if (bug) throw bug.error
    },
  }
}

const oneLine = (error: unknown) => String(error).split('\n')[0]

/** Tells of the first error of the warehouse; a table that is prepared stays so for the run. */
function watched(warehouse: Warehouse, onError: (error: unknown) => void): Warehouse {
  const prepared = new Set<string>()
  const tell = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      onError(error)
      throw error
    }
  }
  return {
    check: () => tell(warehouse.check()),
    readState: (options) => tell(warehouse.readState(options)),
    async prepare(tables) {
      const missing = tables.filter((table) => !prepared.has(nameOf(table)))
      if (missing.length === 0) return []
      const changes = await tell(warehouse.prepare(missing))
      for (const table of missing) prepared.add(nameOf(table))
      return changes
    },
    load: (load) => tell(warehouse.load(load)),
    async *read(...asked) {
      try {
        yield* warehouse.read(...asked)
      } catch (error) {
        onError(error)
        throw error
      }
    },
    [Symbol.asyncDispose]: () => warehouse[Symbol.asyncDispose](),
  }
}

const nameOf = ({ name, columns, key }: Table) => JSON.stringify([name, columns.map((one) => one.name), key])
