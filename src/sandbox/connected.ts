/** The accounts that are connected to the sandbox's own: each a world of its own, made when it is asked for. */
import type { Account } from './account.ts'
import { ApiError } from './api-error.ts'
import type { Fields } from './json.ts'
import type { Mutator } from './mutate.ts'
import type { SandboxObject, World } from './world.ts'

export interface Member {
  readonly account: Account
  readonly mutator: Mutator
}

export interface Connected {
  /** An account that is connected, to read from it. */
  find(id: string): Promise<Account | undefined>
  /** The same, to change it: it stays in memory. Throws 404 for one that is not connected. */
  member(id: string): Promise<Member>
  /**
   * Connects a new account, or one that was connected before: it is in the list of accounts then, and its own events
   * tell of it. Returns the account.
   */
  connect(id?: string): Promise<SandboxObject>
  /** It is in no list any more, and nothing of it can be read. Throws 404 for one that is not connected. */
  disconnect(id: string): Promise<void>
  /** Changes the account itself; its own events tell of it. */
  update(id: string, fields: Fields): Promise<SandboxObject>
}

export interface ConnectedParts {
  readonly platform: Member
  readonly memberOf: (world: World) => Member
  /** Worlds that are connected from the start. */
  readonly worlds: readonly World[]
  /** So many more, made up. */
  readonly count: number
  /** The account with a number, alone; and with all that it has. */
  readonly profileOf: (number: number) => SandboxObject
  readonly worldOf: (number: number) => Promise<World>
}

/** Accounts that nobody changed and that are kept for the next request. */
const keptMost = 40

export async function connected(parts: ConnectedParts): Promise<Connected> {
  const { platform } = parts
  const { store } = platform.account
  const numbers = new Map<string, number>()
  const changed = new Map<string, Member>()
  const kept = new Map<string, Promise<Member>>()
  let made = 0

  const isListed = (id: string) => store.has('accounts', id)
  const list = async (profile: SandboxObject) => {
    // The id of an account may come back, as no other object's may.
    store.overlay.of('accounts').deleted.delete(profile.id)
    return platform.mutator.create('accounts', profile, { silent: true })
  }
  const make = (): SandboxObject => {
    const profile = parts.profileOf(made)
    numbers.set(profile.id, made++)
    return profile
  }

  function memberOf(id: string): Promise<Member> | undefined {
    const known = changed.get(id)
    if (known) return Promise.resolve(known)
    const number = numbers.get(id)
    if (number === undefined) return undefined
    const member = kept.get(id) ?? parts.worldOf(number).then(parts.memberOf)
    kept.delete(id)
    kept.set(id, member)
    const oldest = kept.size > keptMost ? kept.keys().next().value : undefined
    if (oldest !== undefined) kept.delete(oldest)
    return member
  }
  async function memberToChange(id: string): Promise<Member> {
    const member = await memberOf(id)
    if (!member) throw new ApiError(404, `No such account: '${id}'`)
    changed.set(id, member)
    kept.delete(id)
    return member
  }
  async function member(id: string): Promise<Member> {
    if (!isListed(id)) throw new ApiError(404, `No such account: '${id}'`)
    return memberToChange(id)
  }

  for (const world of parts.worlds) {
    changed.set(world.account.id, parts.memberOf(world))
    await list(world.account)
  }
  while (made < parts.count) await list(make())

  return {
    member,
    find: async (id) => (isListed(id) ? (await memberOf(id))?.account : undefined),
    async connect(id) {
      const { account, mutator } = await memberToChange(id ?? make().id)
      const profile = { ...account.store.world.account, ...account.itself }
      if (isListed(account.id)) return profile
      await list(profile)
      mutator.tellOf('account.application.authorized', application)
      return profile
    },
    async disconnect(id) {
      const { mutator } = await member(id)
      // A platform's endpoints get it; among the account's own events it is out of reach from here on.
      mutator.tellOf('account.application.deauthorized', application)
      await platform.mutator.remove('accounts', id, { silent: true })
    },
    async update(id, fields) {
      const { account, mutator } = await member(id)
      const before = store.get('accounts', id)
      const after = await platform.mutator.update('accounts', id, fields, { silent: true })
      Object.assign(account.itself, fields)
      mutator.tellOf('account.updated', after, before)
      return after
    },
  }
}

/** The platform's own application, as the events of connecting show it. Source: docs.stripe.com/api/events/types. */
const application: SandboxObject = { id: 'ca_sandbox', object: 'application', name: 'Sandbox, Inc.' }
