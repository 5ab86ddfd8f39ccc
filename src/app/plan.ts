import { randomUUID } from 'node:crypto'
import type { Destination, Mode, StreamSelection } from '../core/model.ts'
import { destinationFor } from '../destinations/registry.ts'
import type { StripeAccounts } from '../stripe/accounts.ts'
import { resolveStreams } from '../stripe/selection.ts'
import { checkSweeps } from '../stripe/sweep-choice.ts'
import { modesOf } from './mode-choice.ts'
import { partOf } from './part.ts'
import type { Settings } from './settings.ts'
import { type OpenedSource, openAccounts, openSource, type SourceLimits } from './source.ts'

/** Everything a run needs, made from settings without any request or file. Dispose it when done. */
export interface Plan extends OpenedSource, AsyncDisposable {
  readonly settings: Settings
  /** Where the settings speak of several accounts: these, and the source is not asked. */
  readonly accounts?: StripeAccounts
  readonly destination: Destination
  /** Those that are read: with `part` some of all that are selected. */
  readonly streams: readonly StreamSelection[]
  readonly part: boolean
  /** By stream; `incremental` where absent. */
  readonly modes: ReadonlyMap<string, Mode>
  /** Names of the tables by stream. */
  readonly tables: ReadonlyMap<string, string>
}

/**
 * Throws `ConfigError` for an unknown kind of warehouse, table or field. `warn` is told of what is not worth stopping
 * for. Reads are counted in the work folder, or by what `newMeter` makes, one for each account. `known`: whose the key is.
 */
export async function planSync(
  settings: Settings,
  warn: (message: string) => void,
  { newMeter, known, stripeClock }: Pick<SourceLimits, 'newMeter' | 'known' | 'stripeClock'> = {},
): Promise<Plan> {
  const selected = resolveStreams(
    settings.tables,
    settings.fields,
    settings.excludeFields,
    settings.hashFields,
  )
  const modes = modesOf(settings.mode, selected)
  checkSweeps(settings.sweep, selected)
  const streams = partOf(selected, settings.only)
  const destination = await destinationFor(settings.to)
  const limits = {
    maxReads: settings.maxReadsPerMonth,
    hasher: settings.hasher,
    newMeter,
    known,
    stripeClock,
  }
  const { source, meter } = openSource(settings.source, settings.workDir, warn, limits)
  const accounts = settings.source.accounts && openAccounts(settings.source, settings.workDir, warn, limits)
  const tables = [...source.tables(streams)].map(([stream, table]) => [stream, table.name] as const)
  return {
    settings,
    source,
    ...(accounts ? { accounts, meter: { total: accounts.readsIn30Days } } : { meter }),
    destination,
    streams,
    part: streams.length < selected.length,
    modes,
    tables: new Map(tables),
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await accounts?.[Symbol.asyncDispose]()
    },
  }
}

/** What every use case says to core of the integration that it works on. */
export function integrationOf({ settings, source, destination, streams }: Plan) {
  return {
    source,
    destination,
    address: settings.to,
    integration: settings.name,
    streams,
    ...(settings.since === undefined ? {} : { since: settings.since }),
    ...(settings.deletes === undefined ? {} : { deletes: settings.deletes }),
    workDir: settings.workDir,
    clock: Date.now,
    newId: randomUUID,
  }
}
