import { readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'
import { type Hasher, hasher, noHashKey } from '../stripe/hasher.ts'

/**
 * The key of hashed fields: what is in the file, or else the text (of the environment). Throws `ConfigError` when
 * there is neither, when the file cannot be read, or when the key is too short; never with the key in it.
 */
export function hashKey(file: string | undefined, text: string | undefined): Hasher {
  if (file !== undefined) return hasher(contentOf(file))
  if (text === undefined || text.trim() === '') throw noHashKey()
  return hasher(text)
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`the hash key cannot be read from ${file}: ${code ?? 'it is no file'}`, {
      cure: '--hash-key names a file that has the key in it',
      cause: error,
    })
  }
}
