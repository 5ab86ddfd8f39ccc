/** How the service says no, besides the three kinds of core/errors.ts. */
import { ConfigError } from '../../core/errors.ts'

export { isAway } from '../../store/away.ts'

/** What was asked for is not there. */
export class NotFoundError extends Error {
  constructor(what: string) {
    super(`there is no such ${what}`)
    this.name = 'NotFoundError'
  }
}

/** What was asked for does not go with how things are now. */
export class ConflictError extends Error {
  readonly cure: string | undefined
  constructor(message: string, options?: { readonly cure?: string; readonly cause?: unknown }) {
    super(message, { cause: options?.cause })
    this.name = 'ConflictError'
    this.cure = options?.cure
  }
}

/** Bad input whose place is known: `source.api_key`, as in the request's body. */
export class FieldError extends ConfigError {
  readonly field: string
  constructor(
    field: string,
    message: string,
    options?: { readonly cure?: string | undefined; readonly cause?: unknown },
  ) {
    super(message, {
      cause: options?.cause,
      ...(options?.cure === undefined ? {} : { cure: options.cure }),
    })
    this.name = 'FieldError'
    this.field = field
  }
}

/** Does the work; what the user must change in it is said of the field. */
export async function ofField<T>(field: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof ConfigError) || error instanceof FieldError) throw error
    throw new FieldError(field, error.message, { cure: error.cure, cause: error })
  }
}
