import type { StripeConfig } from '../stripe/config.ts'
import type { Hasher } from '../stripe/hasher.ts'
import { type Meter, readMeter } from '../stripe/meter.ts'
import { type StripeSource, stripeSource } from '../stripe/source.ts'
import { version } from './version.ts'

export interface OpenedSource {
  /** Dispose it when done. */
  readonly source: StripeSource
  /** Counts what is read of the account, by all processes that share the work folder. */
  readonly meter: Meter
}

export interface SourceLimits {
  /** In 30 days. */
  readonly maxReads?: number | undefined
  /** For fields that are to be hashed. */
  readonly hasher?: Hasher | undefined
  /** Instead of the work folder's. */
  readonly meter?: Meter | undefined
}

/** The source of a configuration, with its reads counted in the work folder. `warn` is told when they cannot be. */
export function openSource(
  config: StripeConfig,
  workDir: string,
  warn: (message: string) => void,
  { maxReads, hasher, meter: given }: SourceLimits = {},
): OpenedSource {
  const meter =
    given ??
    readMeter({ dir: workDir, onProblem: warn, ...(maxReads === undefined ? {} : { limit: maxReads }) })
  return { source: stripeSource(config, { version: version(), meter, hasher }), meter }
}
