/** Changing a sandbox: objects with the events that Stripe would write, time, faults, keys. */
import type { Account } from './account.ts'
import { ApiError } from './api-error.ts'
import type { Grant, Keyring } from './auth.ts'
import type { Clock } from './clock.ts'
import { type Fault, type FaultScript, parseFaults } from './faults.ts'
import type { Fields } from './json.ts'
import { type EventHabits, mutator } from './mutate.ts'
import type { Counter, Stats } from './stats.ts'
import type { SandboxObject } from './world.ts'

export interface ChangeOptions {
  /** A connected account; the main one by default. */
  readonly account?: string
  /** The parent's id, for an object of a child stream. */
  readonly parent?: string
  /** Writes no events: a change that Stripe fails to tell of. */
  readonly silent?: boolean
}

export interface ManyOptions extends Pick<ChangeOptions, 'account' | 'silent'> {
  /** So many of the objects that the sandbox began with, from the newest back; fewer when there are fewer. */
  readonly count: number
  /** Only every so many-th object; 1 by default. */
  readonly every?: number | undefined
  /** Seconds until now over which the events are spread evenly; 0 by default. Never before those of an earlier call. */
  readonly over?: number | undefined
  /** The events of so many neighbours come in no order, all of them by default; of what lies further apart the older first. */
  readonly mixed?: number | undefined
}

/** Every method may be called again with the same arguments: what is already so stays so, and writes no event. */
export interface Admin {
  /** A new object; `fields.id` names it, or an id is made up. The same id again merges the fields, as `update`. */
  create(stream: string, fields: Fields, options?: ChangeOptions): Promise<SandboxObject>
  /** Replaces the given fields. A complete array in place of an embedded list replaces its items. */
  update(stream: string, id: string, fields: Fields, options?: ChangeOptions): Promise<SandboxObject>
  /**
   * Replaces the given fields of many objects at once, with an event for each, also where a field was so already;
   * returns how many. Takes no memory for them, be it a million. Embedded lists cannot be replaced. Events of this
   * call are neither late nor twice.
   */
  updateMany(stream: string, fields: Fields, options: ManyOptions): Promise<number>
  /** The object is gone from lists and, but for a stub of some, from retrieves; a customer's subscriptions end. */
  remove(stream: string, id: string, options?: ChangeOptions): Promise<void>
  /** Moves the sandbox's time on; returns it in unix seconds. */
  advance(seconds: number): number
  /** Replaces the fault script; `''` ends all faults. Throws `ConfigError` for a script that cannot be read. */
  setFaults(script: string | readonly Fault[]): void
  setKey(key: string, grant: Grant): void
  revokeKey(key: string): void
  stats(): Stats
  resetStats(): void
}

export interface AdminParts {
  readonly accounts: ReadonlyMap<string, Account>
  readonly main: Account
  readonly keys: Keyring
  readonly faults: FaultScript
  readonly clock: Clock
  readonly counted: Counter
  readonly habits: EventHabits
}

export function admin({ accounts, main, keys, faults, clock, counted, habits }: AdminParts): Admin {
  const mutators = new Map([...accounts.values(), main].map((each) => [each.id, mutator(each, main, habits)]))
  const on = (options: Pick<ChangeOptions, 'account'> | undefined) => {
    const found = mutators.get(options?.account ?? main.id)
    if (found === undefined) throw new ApiError(404, `No such account: '${options?.account}'`)
    return found
  }
  return {
    create: async (stream, fields, options) => on(options).create(stream, fields, options),
    update: async (stream, id, fields, options) => on(options).update(stream, id, fields, options),
    updateMany: async (stream, fields, options) => on(options).updateMany(stream, fields, options),
    remove: (stream, id, options) => on(options).remove(stream, id, options),
    advance(seconds) {
      clock.advance(seconds * 1000)
      return Math.floor(clock.now() / 1000)
    },
    setFaults: (script) => faults.set(typeof script === 'string' ? parseFaults(script) : script),
    setKey: (key, grant) => keys.set(key, grant),
    revokeKey: (key) => keys.revoke(key),
    stats: counted.read,
    resetStats: counted.reset,
  }
}
