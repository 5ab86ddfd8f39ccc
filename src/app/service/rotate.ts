import { openStore } from '../../store/open.ts'
import { type Rotation, rotateKey } from '../../store/vault.ts'

export interface RotateOptions {
  readonly dataDir: string
  readonly databaseUrl?: string | undefined
  /** Of SLUICE_MASTER_KEY, and the one to come. */
  readonly masterKey: string | undefined
  readonly next: string | undefined
}

export interface Rotated extends Rotation {
  /** Where the new key is; undefined when it was given. */
  readonly file: string | undefined
}

/** Seals every secret with a new master key; killed anywhere between, either key opens the store. Throws `ConfigError`. */
export async function rotateMasterKey(options: RotateOptions): Promise<Rotated> {
  const { masterKey: given, next, ...where } = options
  await using store = await openStore({ ...where, migrate: false, connections: 2 })
  const rotation = await rotateKey(store.pool, { given, file: store.keyFile, next })
  return { ...rotation, file: given === undefined ? store.keyFile : undefined }
}
