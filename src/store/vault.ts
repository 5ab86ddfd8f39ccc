/** Secrets at rest: AES-256-GCM, each bound to its id, under one master key. */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import type pg from 'pg'
import { ConfigError } from '../core/errors.ts'
import { type Sql, transaction } from './database.ts'
import { type MasterKey, newMasterKey, parseMasterKey, readKeyFile, writeKeyFile } from './master-key.ts'
import { readSetting, writeSetting } from './settings.ts'

const cipher = 'aes-256-gcm'
const tagBytes = 16

export interface Vault {
  /** Stores the text, and returns the id by which it is found again. */
  put(sql: Sql, text: string): Promise<string>
  /** Another text under the id of before. */
  replace(sql: Sql, id: string, text: string): Promise<void>
  /** Throws `ConfigError` when it was sealed with another key, or changed by somebody. */
  get(sql: Sql, id: string): Promise<string>
}

export interface VaultOptions {
  /** Of SLUICE_MASTER_KEY; the file otherwise, which is made when the store has no secret yet. */
  readonly given: string | undefined
  readonly file: string
}

/** Opens the vault of a store. Throws `ConfigError` when the key is not the one that its secrets were sealed with. */
export async function openVault(pool: pg.Pool, options: VaultOptions): Promise<Vault> {
  const key = await keyOf(pool, options)
  return {
    async put(sql, text) {
      const id = randomUUID()
      await insertSecret(sql, id, seal(key, id, text))
      return id
    },
    async replace(sql, id, text) {
      await updateSecret(sql, id, seal(key, id, text))
    },
    async get(sql, id) {
      const secret = await readSecret(sql, id)
      if (!secret) throw new Error(`there is no secret ${id}`)
      return unseal(key, id, secret)
    },
  }
}

async function keyOf(pool: pg.Pool, { given, file }: VaultOptions): Promise<MasterKey> {
  const wanted = (await readSetting(pool, 'master_key')) as string | undefined
  const key = given === undefined ? fromFile(file, wanted) : parseMasterKey(given, 'SLUICE_MASTER_KEY')
  // The first to write it says which key it is; who came at the same time with another is refused.
  const agreed = wanted ?? (await writeSetting(pool, 'master_key', key.id, { keep: true }))
  if (agreed !== key.id) throw wrongKey(given === undefined ? file : 'SLUICE_MASTER_KEY')
  return key
}

function fromFile(file: string, wanted: string | undefined): MasterKey {
  const key = readKeyFile(file)
  if (key && (wanted === undefined || key.id === wanted)) return key
  // A rotation that was killed after the store had the new key: its file only has to take its place.
  const next = readKeyFile(nextFile(file))
  if (next && next.id === wanted) {
    writeKeyFile(file, next.bytes.toString('hex'), true)
    return next
  }
  if (key) throw wrongKey(file)
  if (wanted !== undefined) {
    throw new ConfigError(
      `the secrets of the store were sealed with a master key, and ${file} is not there`,
      {
        cure: 'put the file back, or set SLUICE_MASTER_KEY',
      },
    )
  }
  const { text, key: made } = newMasterKey()
  if (writeKeyFile(file, text, false)) return made
  return fromFile(file, wanted)
}

const nextFile = (file: string) => `${file}.next`

const wrongKey = (from: string) =>
  new ConfigError(`the master key of ${from} is not the one that the secrets of the store were sealed with`, {
    cure: 'give that key back; after a rotation, the new one',
  })

/**
 * Seals every secret anew, with `next` (of SLUICE_NEW_MASTER_KEY) or a new key in the file. Processes that hold the
 * old key must be started again. An old key of the file is kept beside it: backups of before need it.
 */
export async function rotateKey(
  pool: pg.Pool,
  { given, file, next }: VaultOptions & { readonly next: string | undefined },
): Promise<Rotation> {
  if ((given === undefined) !== (next === undefined)) {
    throw new ConfigError(
      given === undefined
        ? 'a new master key is given, and the present one is in a file'
        : 'the master key is given in SLUICE_MASTER_KEY, and no new one',
      { cure: 'set both SLUICE_MASTER_KEY and SLUICE_NEW_MASTER_KEY, or neither' },
    )
  }
  const old = await keyOf(pool, { given, file })
  const made = next === undefined ? newMasterKey() : undefined
  const key = made?.key ?? parseMasterKey(next ?? '', 'SLUICE_NEW_MASTER_KEY')
  // Before the store has it: whatever happens between, one of both files has the store's key.
  if (made) writeKeyFile(nextFile(file), made.text, true)
  const kept = made && `${file}.${old.id}`
  if (kept) writeKeyFile(kept, old.bytes.toString('hex'), true)
  const secrets = await transaction(pool, async (sql) => {
    const sealed = await lockSecrets(sql)
    for (const secret of sealed) {
      await updateSecret(sql, secret.id, seal(key, secret.id, unseal(old, secret.id, secret)))
    }
    await writeSetting(sql, 'master_key', key.id)
    return sealed.length
  })
  if (made) {
    writeKeyFile(file, made.text, true)
    rmSync(nextFile(file))
  }
  return { secrets, kept }
}

export interface Rotation {
  /** How many there are. */
  readonly secrets: number
  /** Where the old key is; undefined when it was given. */
  readonly kept: string | undefined
}

const keyChanged = () =>
  new ConfigError('the master key was changed while this process ran', { cure: 'start it again' })

interface Sealed {
  readonly keyId: string
  readonly nonce: Buffer
  readonly sealed: Buffer
}

function seal(key: MasterKey, id: string, text: string): Sealed {
  const nonce = randomBytes(12)
  const machine = createCipheriv(cipher, key.bytes, nonce).setAAD(Buffer.from(id))
  const sealed = Buffer.concat([machine.update(text, 'utf8'), machine.final(), machine.getAuthTag()])
  return { keyId: key.id, nonce, sealed }
}

function unseal(key: MasterKey, id: string, { keyId, nonce, sealed }: Sealed): string {
  if (keyId !== key.id) throw keyChanged()
  const machine = createDecipheriv(cipher, key.bytes, nonce).setAAD(Buffer.from(id))
  machine.setAuthTag(sealed.subarray(-tagBytes))
  try {
    return Buffer.concat([machine.update(sealed.subarray(0, -tagBytes)), machine.final()]).toString('utf8')
  } catch (error) {
    throw new ConfigError(`the secret ${id} of the store is not as it was written`, {
      cure: 'enter it again, or restore a backup',
      cause: error,
    })
  }
}

/** Nothing is stored under a key that is no longer the store's: a rotation would not have seen it. */
async function insertSecret(sql: Sql, id: string, { keyId, nonce, sealed }: Sealed): Promise<void> {
  const { rowCount } = await sql.query(
    `insert into sluice.secrets (id, key_id, nonce, sealed)
     select $1, $2, $3, $4 from sluice.settings where name = 'master_key' and value = to_jsonb($2::text)`,
    [id, keyId, nonce, sealed],
  )
  if (rowCount !== 1) throw keyChanged()
}

async function updateSecret(sql: Sql, id: string, { keyId, nonce, sealed }: Sealed): Promise<void> {
  await sql.query('update sluice.secrets set key_id = $2, nonce = $3, sealed = $4 where id = $1', [
    id,
    keyId,
    nonce,
    sealed,
  ])
}

async function readSecret(sql: Sql, id: string): Promise<Sealed | undefined> {
  const { rows } = await sql.query<Sealed>(
    'select key_id as "keyId", nonce, sealed from sluice.secrets where id = $1',
    [id],
  )
  return rows[0]
}

/** All of them; who wants to add one waits. */
async function lockSecrets(sql: Sql): Promise<readonly (Sealed & { readonly id: string })[]> {
  await sql.query('lock table sluice.secrets in exclusive mode')
  const { rows } = await sql.query<Sealed & { id: string }>(
    'select id, key_id as "keyId", nonce, sealed from sluice.secrets',
  )
  return rows
}

export async function deleteSecret(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from sluice.secrets where id = $1', [id])
}

/** Nobody else replaces it until the transaction ends. */
export async function lockSecret(sql: Sql, id: string): Promise<void> {
  await sql.query('select 1 from sluice.secrets where id = $1 for update', [id])
}
