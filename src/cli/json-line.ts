import { redact } from '../app/redact.ts'
import type { RunSummary } from '../core/model.ts'

/** One JSON object as one line of stdout, without any secret in it. */
export function printJson(value: unknown, secrets: readonly string[] = []) {
  process.stdout.write(`${redact(JSON.stringify(value), secrets)}\n`)
}

/** The summary of a run that ended before it could say anything about its tables. */
export function failedSummary(
  error: string,
  known: Partial<RunSummary> = {},
): RunSummary & { readonly error: string } {
  return {
    status: 'failed',
    integration: known.integration ?? '',
    tables: known.tables ?? [],
    ...(known.accounts ? { accounts: known.accounts } : {}),
    incidents: known.incidents ?? [],
    requests: known.requests ?? 0,
    rate_limited: known.rate_limited ?? 0,
    seconds: known.seconds ?? 0,
    error,
  }
}
