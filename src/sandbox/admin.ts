/** Changing a sandbox: objects with the events that Stripe would write, time, faults, keys. */
import type { Grant, Keyring } from './auth.ts'
import type { Clock } from './clock.ts'
import type { Connected, Member } from './connected.ts'
import { type Fault, type FaultScript, parseFaults } from './faults.ts'
import type { Fields } from './json.ts'
import type { Mutator } from './mutate.ts'
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
  /** Connects a new account, or again one that was disconnected. Returns it. */
  connect(id?: string): Promise<SandboxObject>
  /** Nothing of the account can be read any more. */
  disconnect(id: string): Promise<void>
  /** Moves the sandbox's time on; returns it in unix seconds. */
  advance(seconds: number): number
  /** Replaces the fault script; `''` ends all faults. Throws `ConfigError` for a script that cannot be read. */
  setFaults(script: string | readonly Fault[]): void
  setKey(key: string, grant: Grant): void
  revokeKey(key: string): void
  /**
   * Calls the address with each event of the main account from now on, signed with the secret; undefined ends it.
   * Events of `updateMany` are called out to nobody.
   */
  setWebhook(url: string, secret: string | undefined): void
  stats(): Stats
  resetStats(): void
}

export interface AdminParts {
  readonly platform: Member
  readonly connected: Connected
  readonly keys: Keyring
  readonly faults: FaultScript
  readonly clock: Clock
  readonly counted: Counter
}

export function admin({ platform, connected, keys, faults, clock, counted }: AdminParts): Admin {
  const on = async (options: Pick<ChangeOptions, 'account'> | undefined): Promise<Mutator> => {
    const { account = platform.account.id } = options ?? {}
    return account === platform.account.id ? platform.mutator : (await connected.member(account)).mutator
  }
  /** Connected accounts are objects of the platform, and their events are their own. */
  const isItself = async (stream: string, id: string, { account, silent }: ChangeOptions = {}) =>
    stream === 'accounts' && account === undefined && !silent && (await connected.find(id)) !== undefined
  return {
    create: async (stream, fields, options) => (await on(options)).create(stream, fields, options),
    async update(stream, id, fields, options) {
      if (await isItself(stream, id, options)) return connected.update(id, fields)
      return (await on(options)).update(stream, id, fields, options)
    },
    updateMany: async (stream, fields, options) => (await on(options)).updateMany(stream, fields, options),
    remove: async (stream, id, options) => (await on(options)).remove(stream, id, options),
    connect: connected.connect,
    disconnect: connected.disconnect,
    advance(seconds) {
      clock.advance(seconds * 1000)
      return Math.floor(clock.now() / 1000)
    },
    setFaults: (script) => faults.set(typeof script === 'string' ? parseFaults(script) : script),
    setKey: (key, grant) => keys.set(key, grant),
    revokeKey: (key) => keys.revoke(key),
    setWebhook(url, secret) {
      if (secret === undefined) platform.account.endpoints.delete(url)
      else platform.account.endpoints.set(url, secret)
    },
    stats: counted.read,
    resetStats: counted.reset,
  }
}
