/** Several Stripe accounts that one key reads: those connected to a platform, or those of an organization. */
import type { AccountInfo, Accounts, RunEvent } from '../core/model.ts'
import { checkAccount, connectedAccounts } from './account.ts'
import type { Acting } from './client.ts'
import type { StripeConfig } from './config.ts'
import type { Meter } from './meter.ts'
import { places } from './places.ts'
import { tablesFor } from './selection.ts'
import { clientFor, type SourceDeps, sourceOf } from './source.ts'
import { clockWarning, stripeClock } from './stripe-clock.ts'

export interface AccountsDeps extends Omit<SourceDeps, 'meter'> {
  /** Counts the reads of one account, or of all that are connected to one; closed with the accounts. */
  readonly newMeter: () => Meter
}

/** Holds connections: dispose it when done. */
export interface StripeAccounts extends Accounts, AsyncDisposable {
  /** Asks an account whether it answers, in one request. Throws `AccountError` when it refuses. */
  ask(account: AccountInfo, signal: AbortSignal): Promise<void>
  /** Reads of all accounts that were asked about, in the last 30 days. */
  readsIn30Days(): Promise<number>
}

/** Who the integration belongs to where an organization's key reads accounts of no platform: no call tells the organization's id. */
const organization = 'organization'
/** Pages of all accounts held in memory at once. */
const held = 48

/** The accounts of a configuration that says which. Makes no request until it is asked something. */
export function stripeAccounts(config: StripeConfig, deps: AccountsDeps): StripeAccounts {
  const { accounts: choice } = config
  if (choice === undefined) throw new Error('the configuration is of one account')
  const meters = new Map<string, Meter>()
  const counting = (name: string) => ({
    count() {
      meters.get(name)?.count()
    },
  })
  const clock = deps.stripeClock ?? stripeClock(deps.clock)
  const client = clientFor(config, { ...deps, stripeClock: clock, meter: counting('') })
  const pages = places(held)
  const warnOfClock = clockWarning(clock)
  const isOrganization = config.apiKey.kind === 'organization' && config.context === undefined
  let owner: AccountInfo | undefined

  /** What counts the reads of `of`, a name of its own in the meter's file. */
  const meterOf = async (of: string, name = of): Promise<Meter> => {
    const known = meters.get(name)
    if (known) return known
    const made = deps.newMeter()
    meters.set(name, made)
    await made.belongsTo(of)
    return made
  }

  const acting = (id: string): Acting => ({
    headers: headersFor(config, id),
    // Stripe allows a platform's connected accounts so many reads together, and itself as many.
    meter: counting(isOrganization ? id : 'connected'),
    ownLimits: isOrganization,
  })

  const self: StripeAccounts = {
    name: 'stripe',
    all: !Array.isArray(choice),
    ahead: () => clock.ahead,
    tables: tablesFor,

    async owner(signal, report) {
      if (owner) return owner
      if (isOrganization) {
        owner = { id: organization, livemode: config.apiKey.mode === 'live' }
        return owner
      }
      const meter = deps.newMeter()
      meters.set('', meter)
      owner = await checkAccount(client.reportingTo(report ?? ignored), config, signal)
      warnOfClock(report)
      await meter.belongsTo(owner.id)
      await meterOf(`${owner.id}/connected`, 'connected')
      return owner
    },

    async *list(signal, report) {
      const platform = await self.owner(signal, report)
      if (Array.isArray(choice)) {
        const { livemode } = platform
        yield choice.map((id: string): AccountInfo => (id === platform.id ? platform : { id, livemode }))
        return
      }
      if (choice === 'all') yield [platform]
      yield* connectedAccounts(client.reportingTo(report ?? ignored), config, signal)
    },

    open(account) {
      const isOwner = account.id === owner?.id
      const known =
        isOwner || account.created !== undefined || !Array.isArray(choice) ? { known: account } : {}
      const reader = isOwner ? client : client.as(acting(account.id))
      const source = sourceOf(reader, { ...config, account: account.id }, { ...deps, ...known, clock, pages })
      return {
        ...source,
        async check(...asked) {
          if (isOrganization) await meterOf(account.id)
          const checked = await source.check(...asked)
          warnOfClock(asked[1])
          return checked
        },
        async [Symbol.asyncDispose]() {
          if (isOrganization) await meters.get(account.id)?.close()
        },
      }
    },

    async ask(account, signal) {
      if (account.id === owner?.id) return
      if (isOrganization) await meterOf(account.id)
      await checkAccount(client.as(acting(account.id)), { ...config, account: account.id }, signal)
    },

    async readsIn30Days() {
      const totals = await Promise.all([...meters.values()].map((meter) => meter.total()))
      return totals.reduce((sum, total) => sum + total, 0)
    },

    async [Symbol.asyncDispose]() {
      await client.close()
      for (const meter of meters.values()) await meter.close()
    },
  }
  return self
}

const ignored = (_event: RunEvent) => {}

/** How a request says whose data it asks for; docs.stripe.com/context. Stripe refuses one that has both headers. */
function headersFor({ apiKey, context }: StripeConfig, id: string): Readonly<Record<string, string>> {
  if (context !== undefined) return { 'stripe-context': `${context}/${id}` }
  return apiKey.kind === 'organization' ? { 'stripe-context': id } : { 'stripe-account': id }
}
