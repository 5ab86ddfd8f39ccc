import { randomUUID } from 'node:crypto'
import type { Destination, Mode, StreamSelection } from '../core/model.ts'
import { destinationFor } from '../destinations/registry.ts'
import type { Meter } from '../stripe/meter.ts'
import { resolveStreams } from '../stripe/selection.ts'
import { checkSweeps } from '../stripe/sweep-choice.ts'
import { modesOf } from './mode-choice.ts'
import type { Settings } from './settings.ts'
import { type OpenedSource, openSource } from './source.ts'

/** Everything a run needs, made from settings without any request or file. Dispose it when done. */
export interface Plan extends OpenedSource, AsyncDisposable {
  readonly settings: Settings
  readonly destination: Destination
  readonly streams: readonly StreamSelection[]
  /** By stream; `incremental` where absent. */
  readonly modes: ReadonlyMap<string, Mode>
  /** Names of the tables by stream. */
  readonly tables: ReadonlyMap<string, string>
}

/**
 * Throws `ConfigError` for an unknown kind of warehouse, table or field. `warn` is told of what is not worth stopping
 * for. Reads are counted in the work folder, or by `counter`.
 */
export async function planSync(
  settings: Settings,
  warn: (message: string) => void,
  counter?: Meter,
): Promise<Plan> {
  const streams = resolveStreams(
    settings.tables,
    settings.fields,
    settings.excludeFields,
    settings.hashFields,
  )
  const modes = modesOf(settings.mode, streams)
  checkSweeps(settings.sweep, streams)
  const destination = await destinationFor(settings.to)
  const { source, meter } = openSource(settings.source, settings.workDir, warn, {
    maxReads: settings.maxReadsPerMonth,
    hasher: settings.hasher,
    meter: counter,
  })
  const tables = [...source.tables(streams)].map(([stream, table]) => [stream, table.name] as const)
  return {
    settings,
    source,
    meter,
    destination,
    streams,
    modes,
    tables: new Map(tables),
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
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
