/** DuckDB's errors, by class and error number, as the user's, the world's or ours. */
import { closeSync, openSync, readSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname } from 'node:path'
import { getSystemErrorMap } from 'node:util'
import { ConfigError, TransientError } from '../../core/errors.ts'

const { errno } = constants

/** Newest storage version that the bundled DuckDB reads; `duckdb.test.ts` asks the engine itself. */
export const newestStorage = 68

export interface EngineError {
  /** DuckDB's exception class: `IO`, `Conversion`, `Out of Memory`. */
  readonly type: string
  readonly message: string
  readonly errno: number | undefined
}

/** What an error of an engine with `errors_as_json` says, or one caused by it; undefined when it is neither. */
export function engineError(error: unknown): EngineError | undefined {
  if (!(error instanceof Error)) return undefined
  // An appender's has words before it: `Failed to append: {…}`.
  const start = error.message.indexOf('{')
  if (start < 0 || !error.message.endsWith('}')) return engineError(error.cause)
  try {
    const said = JSON.parse(error.message.slice(start)) as Record<string, unknown>
    if (typeof said.exception_type !== 'string') return undefined
    const message = firstLine(String(said.exception_message ?? ''))
    return {
      type: said.exception_type,
      message,
      errno: said.errno === undefined ? errnoOf(message) : Number(said.errno),
    }
  } catch {
    return undefined
  }
}

/** Whether the file is locked by another process. */
export function isLocked(said: EngineError | undefined): boolean {
  return said?.type === 'IO' && said.errno === errno.EAGAIN
}

/** Whether memory is what it lacked. A checkpoint that lacks it comes as the failure of its commit, with no class of its own. */
export function isStarved(said: EngineError | undefined): boolean {
  if (said?.type === 'TransactionContext') {
    return /failed to pin block|could not allocate block/.test(said.message)
  }
  return said?.type === 'Out of Memory'
}

/** The error to throw for one that came while `path` was opened, read or written. */
export function explained(error: unknown, path: string): unknown {
  const said = engineError(error)
  if (!said) return error
  const because = (message: string, cure: string) => new ConfigError(message, { cure, cause: error })
  switch (said.errno) {
    case errno.ENOENT:
      return because(
        `the folder ${dirname(path)} does not exist`,
        `create it (mkdir -p ${dirname(path)}), or name a file in another folder`,
      )
    case errno.ENOTDIR:
      return because(`${dirname(path)} is not a folder`, 'name a file in a folder that exists')
    case errno.EISDIR:
      return because(`${path} is a folder, not a file`, `name a file in it: duckdb:${path}/warehouse.duckdb`)
    case errno.EACCES:
    case errno.EPERM:
    case errno.EROFS:
      return because(
        `${path} cannot be written: no permission`,
        'make the file and its folder writable for this user (DuckDB also writes a .wal file beside it), or name another',
      )
    case errno.ENOSPC:
    case errno.EDQUOT:
    case errno.EFBIG:
      return new TransientError(`no space left for ${path}`, {
        cure: 'free some space and run again; everything loaded until now is safe',
        cause: error,
      })
  }
  if (isStarved(said)) {
    return new TransientError(`DuckDB ran out of memory: ${said.message}`, {
      cure: 'allow it more, by adding ?memory=1GB to the address of the warehouse',
      cause: error,
    })
  }
  if (said.type === 'IO' || said.type === 'Serialization') return explainedFile(said, path, error)
  return new Error(`DuckDB: ${said.type}: ${said.message}`, { cause: error })
}

/** DuckDB gives no number for a file that it cannot make sense of; its first bytes tell what it is. */
function explainedFile(said: EngineError, path: string, cause: unknown): unknown {
  const header = storageHeader(path)
  if (header === 'not duckdb') {
    return new ConfigError(`${path} exists and is not a DuckDB file`, {
      cure: 'name another file; a new one is created',
      cause,
    })
  }
  if (header !== undefined && header > newestStorage) {
    return new ConfigError(`${path} was written by a newer DuckDB (storage version ${header})`, {
      cure: `name another file, or copy it with the newer DuckDB to one with (storage_version 'v1.5.0')`,
      cause,
    })
  }
  return new ConfigError(`DuckDB cannot use ${path}: ${said.message}`, {
    cure: 'restore it from a backup, or name another file',
    cause,
  })
}

/** The storage version in a database's header. Only for a file that this process does not hold: closing drops its locks. */
export function storageHeader(path: string): number | 'not duckdb' | undefined {
  const bytes = Buffer.alloc(20)
  try {
    const file = openSync(path, 'r')
    try {
      if (readSync(file, bytes, 0, bytes.length, 0) < bytes.length) return 'not duckdb'
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
  return bytes.toString('latin1', 8, 12) === 'DUCK' ? Number(bytes.readBigUInt64LE(12)) : 'not duckdb'
}

/** A failed commit drops the number and keeps the system's own words for it. */
function errnoOf(message: string): number | undefined {
  const lower = message.toLowerCase()
  return [errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS].find((number) =>
    lower.includes(getSystemErrorMap().get(-number)?.[1] ?? '\0'),
  )
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? ''
}
