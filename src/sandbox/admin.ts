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

/** Every method may be called again with the same arguments: what is already so stays so, and writes no event. */
export interface Admin {
  /** A new object; `fields.id` names it, or an id is made up. The same id again merges the fields, as `update`. */
  create(stream: string, fields: Fields, options?: ChangeOptions): Promise<SandboxObject>
  /** Replaces the given fields. A complete array in place of an embedded list replaces its items. */
  update(stream: string, id: string, fields: Fields, options?: ChangeOptions): Promise<SandboxObject>
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
  const on = (options: ChangeOptions | undefined) => {
    const found = mutators.get(options?.account ?? main.id)
    if (found === undefined) throw new ApiError(404, `No such account: '${options?.account}'`)
    return found
  }
  return {
    create: async (stream, fields, options) => on(options).create(stream, fields, options),
    update: async (stream, id, fields, options) => on(options).update(stream, id, fields, options),
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
