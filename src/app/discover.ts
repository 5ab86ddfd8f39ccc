/** What there is to replicate. */
import type { Access, StreamInfo } from '../core/model.ts'
import type { StripeConfig } from '../stripe/config.ts'
import { descriptionsOf } from '../stripe/descriptions.ts'
import { resolveStreams, streamInfos } from '../stripe/selection.ts'

export type Discovered = StreamInfo & {
  readonly access?: Access
  /** Of the columns; only where one table is asked for. */
  readonly fields?: Readonly<Record<string, string>>
}

export interface DiscoverOptions {
  /** With a key, what it may read is asked for. */
  readonly source?: StripeConfig
  /** A table, `core` or `all`; everything without it. */
  readonly tables?: string
  readonly workDir: string
  readonly warn: (message: string) => void
}

/** The streams on offer, in the catalog's order. Throws `ConfigError` for an unknown table, or a key that is not accepted. */
export async function runDiscover(
  options: DiscoverOptions,
  signal: AbortSignal,
): Promise<readonly Discovered[]> {
  const chosen = choose(options.tables)
  const [only] = chosen
  const fields = chosen.length === 1 && only ? { fields: descriptionsOf(only.name).columns } : {}
  if (!options.source) return chosen.map((one) => ({ ...one, ...fields }))
  const { openSource } = await import('./source.ts')
  await using source = openSource(options.source, options.workDir, options.warn).source
  await source.check(signal)
  const found = await source.discover({ probe: true, streams: chosen.map(({ name }) => name) }, signal)
  return found.map((one) => ({ ...one, ...fields }))
}

function choose(tables: string | undefined): readonly StreamInfo[] {
  const all = streamInfos()
  if (tables === undefined) return all
  // A list that cannot be a table is not selectable, but can be looked at.
  const one = all.filter(({ name }) => name === tables)
  if (one.length > 0) return one
  const names = new Set(resolveStreams(tables).map(({ name }) => name))
  return all.filter(({ name }) => names.has(name))
}
