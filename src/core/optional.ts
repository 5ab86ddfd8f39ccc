/** Libraries that only some need, and that are large: installed by those who use them. */
import { ConfigError } from './errors.ts'

/** Throws `ConfigError` when the package is not installed. */
export async function optional<T>(load: () => Promise<T>, name: string, use: string): Promise<T> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ConfigError(`${use} needs the package ${name}, which is not installed`, {
      cure: `npm install ${name}`,
      cause: error,
    })
  }
}
