import type { StripeConfig } from '../stripe/config.ts'
import { type Meter, readMeter } from '../stripe/meter.ts'
import { type StripeSource, stripeSource } from '../stripe/source.ts'
import { version } from './version.ts'

export interface OpenedSource {
  /** Dispose it when done. */
  readonly source: StripeSource
  /** Counts what is read of the account, by all processes that share the work folder. */
  readonly meter: Meter
}

/** The source of a configuration, with its reads counted in the work folder. `warn` is told when they cannot be. `maxReads`: in 30 days. */
export function openSource(
  config: StripeConfig,
  workDir: string,
  warn: (message: string) => void,
  maxReads?: number,
): OpenedSource {
  const meter = readMeter({
    dir: workDir,
    onProblem: warn,
    ...(maxReads === undefined ? {} : { limit: maxReads }),
  })
  return { source: stripeSource(config, { version: version(), meter }), meter }
}
