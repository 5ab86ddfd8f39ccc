/** What there is to replicate. */
import type { Access, StreamInfo } from '../core/model.ts'
import type { StripeConfig } from '../stripe/config.ts'
import { resolveStreams, streamInfos } from '../stripe/selection.ts'

export type Discovered = StreamInfo & { readonly access?: Access }

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
  if (!options.source) return chosen
  const { openSource } = await import('./source.ts')
  await using source = openSource(options.source, options.workDir, options.warn).source
  await source.check(signal)
  return await source.discover({ probe: true, streams: chosen.map(({ name }) => name) }, signal)
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
