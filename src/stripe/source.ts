/** Stripe as a source: the client, the catalog and the reader behind the one contract that core knows. */
import type { AccountInfo, Source } from '../core/model.ts'
import { probe } from './access.ts'
import { checkAccount } from './account.ts'
import type { StripeApi } from './api.ts'
import { changesOfEvents } from './changes.ts'
import { type ClientOptions, type StripeClient, stripeApi } from './client.ts'
import type { StripeConfig } from './config.ts'
import { type Estimate, estimate } from './estimate.ts'
import type { Hasher } from './hasher.ts'
import { inspect } from './inspect.ts'
import { lookup } from './lookup.ts'
import type { Meter } from './meter.ts'
import type { Places } from './places.ts'
import { read } from './read.ts'
import { referencesOf } from './references.ts'
import { streamInfos, tablesFor } from './selection.ts'
import { catalog, stream } from './streams.ts'
import { clockWarning, type StripeClock, stripeClock } from './stripe-clock.ts'

export interface SourceDeps
  extends Pick<ClientOptions, 'timeouts' | 'retry' | 'random' | 'inFlight' | 'clock' | 'stripeClock'> {
  /** Sluice's own version, for the user agent. */
  readonly version: string
  /** Counts the account's reads; closed with the source. */
  readonly meter?: Meter
  /** Makes the hashes of fields that are selected to be hashed. */
  readonly hasher?: Hasher | undefined
  /** The account, where it is known without asking: whoever gave the key was asked for it then. */
  readonly known?: AccountInfo | undefined
  /** Ids of changed objects that are kept at once; 100,000 by default. */
  readonly mostOwed?: number | undefined
}

/** A source holds connections: dispose it when done. */
export interface StripeSource extends Source, AsyncDisposable {
  /** How many objects the streams may hold, created since then (milliseconds since 1970): a request for each of their lists. */
  estimate(
    streams: readonly string[],
    since: number | undefined,
    signal: AbortSignal,
  ): Promise<readonly Estimate[]>
}

/** The account that the configuration's key reads. Makes no request until it is asked something. */
export function stripeSource(config: StripeConfig, deps: SourceDeps): StripeSource {
  const clock = deps.stripeClock ?? stripeClock(deps.clock)
  const client = clientFor(config, { ...deps, stripeClock: clock })
  const source = sourceOf(client, config, { ...deps, clock })
  const warn = clockWarning(clock)
  return {
    ...source,
    async check(signal, report) {
      const account = await source.check(signal, report)
      warn(report)
      return account
    },
    estimate(streams, since, signal) {
      const now = Math.floor(clock.wall() / 1000)
      const from = since === undefined ? undefined : Math.floor(since / 1000)
      const entries = streams.flatMap((name) => stream(name) ?? [])
      return estimate({ api: client, signal }, entries, { now, since: from })
    },
    async [Symbol.asyncDispose]() {
      await client.close()
      await deps.meter?.close()
    },
  }
}

/** What speaks with the account, or with several by the same key. */
export function clientFor(
  config: StripeConfig,
  deps: Omit<SourceDeps, 'meter'> & Pick<ClientOptions, 'meter'>,
): StripeClient {
  return stripeApi(config, { ...deps, apiVersion: catalog().apiVersion })
}

export interface AccountDeps extends Pick<SourceDeps, 'meter' | 'hasher' | 'known' | 'mostOwed'> {
  /** The client's. */
  readonly clock: StripeClock
  /** Pages held in memory at once, of all sources that share it. */
  readonly pages?: Places
}

/** The account that a client reads; `config.account` says which it must be. */
export function sourceOf(
  client: Pick<StripeClient, keyof StripeApi | 'reportingTo'>,
  config: StripeConfig,
  deps: AccountDeps,
): Source {
  const { meter, hasher, clock } = deps
  let account = deps.known

  const check: Source['check'] = async (signal, report) => {
    // Before anything is read it must be known what time it is, too.
    if (account === undefined || !clock.isTold) {
      account = await checkAccount(report ? client.reportingTo(report) : client, config, signal)
    }
    await meter?.belongsTo(account.id)
    return account
  }

  return {
    name: 'stripe',
    ahead: () => clock.ahead,
    check,
    tables: tablesFor,
    async discover(options, signal) {
      const chosen = streamInfos().filter(({ name }) => options.streams?.includes(name) ?? true)
      if (!options.probe) return chosen.map((info) => ({ ...info, access: { status: 'unknown' } }))
      const entries = chosen.flatMap(({ name }) => stream(name) ?? [])
      const access = await probe(client, entries, stream, signal)
      return chosen.map((info) => ({ ...info, access: access.get(info.name) ?? { status: 'unknown' } }))
    },
    read: (request) =>
      read(request, {
        api: client.reportingTo(request.report),
        catalog: catalog(),
        tables: tablesFor(request.streams),
        hasher,
        now: () => clock.wall(),
        pages: deps.pages,
        oldest: account?.created === undefined ? undefined : Math.floor(account.created / 1000),
        changes: (reading, roots, state) =>
          changesOfEvents(reading, catalog(), roots, state, {
            part: request.part === true,
            mostOwed: deps.mostOwed,
          }),
      }),
    inspect: (request) =>
      inspect(request, {
        api: client.reportingTo(request.report),
        catalog: catalog(),
        tables: tablesFor(request.streams),
        now: () => clock.wall(),
        hasher,
      }),
    references: (streams) => referencesOf(catalog(), tablesFor(streams), streams),
    lookup: (request) =>
      lookup(request, {
        api: client.reportingTo(request.report),
        catalog: catalog(),
        tables: tablesFor(request.streams),
        hasher,
        now: () => clock.wall(),
      }),
  }
}
