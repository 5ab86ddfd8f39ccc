/** The key under which secrets are kept: from the environment, or from a file that only its owner reads. */
import { createHash, randomBytes } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from '../core/errors.ts'

export interface MasterKey {
  /** Tells one key from another, and nothing else. */
  readonly id: string
  readonly bytes: Buffer
}

const makeOne = '`openssl rand -hex 32` makes one'

/** 64 hexadecimal digits, or 32 bytes in base64. Throws `ConfigError`, which never has the key in it. */
export function parseMasterKey(text: string, from: string): MasterKey {
  const plain = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(plain) ? Buffer.from(plain, 'hex') : Buffer.from(plain, 'base64')
  const whole = /^[0-9a-f]{64}$/i.test(plain) || /^[A-Za-z0-9+/_-]{43}=?$/.test(plain)
  if (!whole || bytes.length !== 32) {
    throw new ConfigError(`the master key of ${from} is not 32 bytes in hexadecimal or base64`, {
      cure: makeOne,
    })
  }
  return {
    id: createHash('sha256').update('sluice master key ').update(bytes).digest('hex').slice(0, 16),
    bytes,
  }
}

export function newMasterKey(): { readonly text: string; readonly key: MasterKey } {
  const text = randomBytes(32).toString('hex')
  return { text, key: parseMasterKey(text, 'a new file') }
}

/** The key of a file; undefined when there is none. Throws `ConfigError` when others may read it, too. */
export function readKeyFile(file: string): MasterKey | undefined {
  try {
    const { mode } = statSync(file)
    if ((mode & 0o077) !== 0) {
      throw new ConfigError(`other users of this machine may read the master key in ${file}`, {
        cure: `chmod 600 ${file}`,
      })
    }
    return parseMasterKey(readFileSync(file, 'utf8'), file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (error instanceof ConfigError) throw error
    throw new ConfigError(
      `the master key in ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`,
      {
        cure: 'run sluice as its owner, or set SLUICE_MASTER_KEY',
        cause: error,
      },
    )
  }
}

/** Writes the key, whole and durable or not at all; `replace` takes the place of what is there. False when there is one. */
export function writeKeyFile(file: string, text: string, replace: boolean): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const half = `${file}.${process.pid}`
  rmSync(half, { force: true })
  const handle = openSync(half, 'wx', 0o600)
  try {
    writeSync(handle, `${text}\n`)
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
  try {
    if (replace) renameSync(half, file)
    else linkSync(half, file)
    const folder = openSync(dirname(file), 'r')
    fsyncSync(folder)
    closeSync(folder)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(half, { force: true })
  }
}
