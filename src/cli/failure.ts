/** From an error to what the command line says about it and its exit code. */
import { cureWithOption } from '../app/cure.ts'
import { ConflictError } from '../app/service/errors.ts'
import { BudgetError, ConfigError, FenceError, TransientError } from '../core/errors.ts'

export interface Failure {
  /** `what is wrong. What to do`, on one line. */
  readonly message: string
  readonly exitCode: 1 | 2
  /** Only of a bug. */
  readonly stack?: string
}

/**
 * The user's errors are 2, the world's are 1; anything else is a bug of ours, which is 1 and
 * comes with its stack.
 */
export function failureOf(error: unknown): Failure {
  if (error instanceof ConfigError)
    return { message: sentence(error.message, cureWithOption(error)), exitCode: 2 }
  if (error instanceof ConflictError) return { message: sentence(error.message, error.cure), exitCode: 1 }
  // Before anything was read; a run that had begun ends with its tables paused.
  if (error instanceof BudgetError) return { message: sentence(error.message), exitCode: 1 }
  if (error instanceof TransientError)
    return { message: sentence(error.message, cureWithOption(error)), exitCode: 1 }
  if (error instanceof FenceError) {
    return { message: sentence(error.message, 'let only one sync run per name'), exitCode: 1 }
  }
  const known = error instanceof Error ? error : new Error(String(error))
  return {
    message: sentence(
      `${known.name}: ${known.message}`,
      'this is a bug in sluice; please report it with the lines above',
    ),
    exitCode: 1,
    stack: known.stack ?? known.message,
  }
}

/** Two sentences on one line: what is wrong, and what to do. */
export function sentence(what: string, cure?: string): string {
  const first = oneLine(what).replace(/[.!]$/, '')
  if (!cure) return first
  const second = oneLine(cure)
  const end = first.endsWith('?') ? '' : '.'
  return `${first}${end} ${second.charAt(0).toUpperCase()}${second.slice(1)}`
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, '; ').trim()
}
