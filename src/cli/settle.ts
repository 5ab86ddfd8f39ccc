import { redact } from '../app/redact.ts'
import { failureOf } from './failure.ts'

/** Says what went wrong on stderr, in one line (a bug: its stack before it), and sets the exit code. Returns the line. */
export function settle(error: unknown, secrets: readonly string[] = []): string {
  const failure = failureOf(error)
  const message = redact(failure.message, secrets)
  if (failure.stack) process.stderr.write(`${redact(failure.stack, secrets)}\n`)
  process.stderr.write(`sluice: ${message}\n`)
  process.exitCode = failure.exitCode
  return message
}
