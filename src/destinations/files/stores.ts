/** The kinds of store, by the scheme of an address. Each one's code is loaded only when it is used. */
import type { OpenOptions } from '../../core/model.ts'
import type { Address } from './address.ts'
import type { Store } from './store.ts'

/** A kind of store. A new one is a file in `stores/` that exports one of these, and an entry below. */
export interface StoreKind {
  /** Its own settings, in an address. */
  readonly settings: readonly string[]
  /** Asks nothing and makes nothing. Throws `ConfigError`. */
  open(address: Address, options: Pick<OpenOptions, 'integration' | 'workDir' | 'signal'>): Promise<Store>
  /** Names of what has manifests there. */
  integrations(address: Address, signal: AbortSignal): Promise<readonly string[]>
}

const kinds: Readonly<Record<string, () => Promise<StoreKind>>> = {
  files: async () => (await import('./stores/folder.ts')).folder,
  s3: async () => (await import('./stores/s3.ts')).s3,
  az: async () => (await import('./stores/azure.ts')).azure,
  gs: async () => (await import('./stores/google.ts')).google,
}

export async function kindOf(address: string): Promise<StoreKind> {
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(address)?.[1]?.toLowerCase() ?? 'files'
  const kind = kinds[Object.hasOwn(kinds, scheme) ? scheme : 'files']
  if (!kind) throw new Error(`no kind of store for ${scheme}`)
  return kind()
}
