import type { AccountInfo } from '../core/model.ts'
import { type StripeAccounts, stripeAccounts } from '../stripe/accounts.ts'
import type { StripeConfig } from '../stripe/config.ts'
import type { Hasher } from '../stripe/hasher.ts'
import { type Meter, readMeter } from '../stripe/meter.ts'
import { type StripeSource, stripeSource } from '../stripe/source.ts'
import type { StripeClock } from '../stripe/stripe-clock.ts'
import { version } from './version.ts'

export interface OpenedSource {
  /** Dispose it when done. */
  readonly source: StripeSource
  /** Counts what is read of the account, by all processes that share the work folder. */
  readonly meter: Pick<Meter, 'total'>
}

export interface SourceLimits {
  /** In 30 days. */
  readonly maxReads?: number | undefined
  /** For fields that are to be hashed. */
  readonly hasher?: Hasher | undefined
  /** Makes what counts the reads of an account, instead of the work folder's file. */
  readonly newMeter?: (() => Meter) | undefined
  /** Whose the key is; otherwise it is asked, once. */
  readonly known?: AccountInfo | undefined
  /** What time it is at Stripe, where others have been told already. */
  readonly stripeClock?: StripeClock | undefined
}

/** The source of a configuration, with its reads counted in the work folder. `warn` is told when they cannot be. */
export function openSource(
  config: StripeConfig,
  workDir: string,
  warn: (message: string) => void,
  limits: SourceLimits = {},
): OpenedSource {
  const meter = meterFor(workDir, warn, limits)()
  return { source: stripeSource(config, { ...depsOf(limits), meter, known: limits.known }), meter }
}

/** The accounts of a configuration that has several, with their reads counted likewise. Dispose them when done. */
export function openAccounts(
  config: StripeConfig,
  workDir: string,
  warn: (message: string) => void,
  limits: SourceLimits,
): StripeAccounts {
  const newMeter = meterFor(workDir, warn, limits)
  return stripeAccounts(config, { ...depsOf(limits), newMeter })
}

const depsOf = ({ hasher, stripeClock }: SourceLimits) => ({
  version: version(),
  hasher,
  ...(stripeClock === undefined ? {} : { stripeClock }),
})

function meterFor(dir: string, onProblem: (message: string) => void, { maxReads, newMeter }: SourceLimits) {
  const limit = maxReads === undefined ? {} : { limit: maxReads }
  return newMeter ?? (() => readMeter({ dir, onProblem, ...limit }))
}
