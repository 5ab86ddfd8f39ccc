/** SQLite's errors, by their result codes (sqlite.org/rescode.html), as the user's, the world's or ours. */
import { dirname } from 'node:path'
import { ConfigError, TransientError } from '../../core/errors.ts'

/** The primary result code of an error of the engine; undefined when it is none. */
function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number')
    return undefined
  return error.errcode & 0xff
}

/** Also of one that was explained. */
export const isBusy = (error: unknown): boolean =>
  [5, 6].includes(codeOf(error) ?? codeOf((error as Error | undefined)?.cause) ?? 0)

/** The error to throw for one that came while `path` was opened, read or written. */
export function explained(error: unknown, path: string): unknown {
  const code = codeOf(error)
  if (code === undefined) return error
  const said = (error as Error).message
  switch (code) {
    case 5:
    case 6:
      return new TransientError(`${path} is being written by another process`, {
        cure: 'try again when it is done',
        cause: error,
      })
    case 10:
      return new TransientError(`${path} cannot be read or written: ${said}`, {
        cure: 'look at the disk; everything loaded until now is safe',
        cause: error,
      })
    case 13:
      return new TransientError(`no space left for ${path}`, {
        cure: 'free some space and run again; everything loaded until now is safe',
        cause: error,
      })
    case 3:
    case 8:
    case 14:
      return new ConfigError(`${path} cannot be opened for writing (${said})`, {
        cure: `see that ${dirname(path)} is there and can be written by this user, and so can the file`,
        cause: error,
      })
    case 11:
    case 26:
      return new ConfigError(`${path} is no SQLite file, or a damaged one (${said})`, {
        cure: 'name another file; a new one is created',
        cause: error,
      })
  }
  return new Error(`SQLite: ${said}`, { cause: error })
}
