import { readFileSync } from 'node:fs'
import { ConfigError } from '../core/errors.ts'
import { type Hasher, hasher, noHashKey } from '../stripe/hasher.ts'

/**
 * The key of hashed fields: what is in the file, or else the text (of the environment). Throws `ConfigError` when
 * there is neither, when the file cannot be read, or when the key is too short; never with what was given in it.
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
    // Not what was given: it may be the key itself, by mistake. So may the path in the error.
    throw new ConfigError(`the file of --hash-key cannot be read: ${code ?? 'it is no file'}`, {
      cure: 'name a file that has the key in it; the key itself goes into SLUICE_HASH_KEY',
    })
  }
}
