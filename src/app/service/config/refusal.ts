/** What the use cases refuse, said of the place in the file. */
import { ConfigError, TransientError } from '../../../core/errors.ts'
import { redact } from '../../redact.ts'
import { ConflictError, FieldError } from '../errors.ts'
import type { ReadConfig } from './read.ts'

/** One line, with its place: that of the field where it is known. Rethrows what is a bug. */
export function complaint(error: unknown, path: readonly string[], where: ReadConfig['where']): string {
  const isTold =
    error instanceof ConfigError || error instanceof ConflictError || error instanceof TransientError
  if (!isTold) throw error
  const place = error instanceof FieldError ? [...path, ...placeOf(error.field)] : path
  const cure = error.cure ? ` (${error.cure})` : ''
  return redact(`${where(place)}: ${path.join('.')}: ${error.message}${cure}`)
}

/** The API calls `selection.tables` and `destination_id` what the file calls `tables` and `destination`. */
function placeOf(field: string): readonly string[] {
  return field
    .replace(/^selection\./, '')
    .replace(/^selection$/, 'tables')
    .replace(/^destination_id$/, 'destination')
    .split('.')
}
