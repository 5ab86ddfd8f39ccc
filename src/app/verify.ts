import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../core/errors.ts'
import type { RunEvent } from '../core/model.ts'
import { verify } from '../core/verify.ts'
import type { VerifyReport } from '../core/verify-report.ts'
import { idSet } from './id-set.ts'
import { integrationOf, type Plan } from './plan.ts'

export interface RunVerifyOptions {
  readonly repair: boolean
  readonly maxRequests?: number
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/** Compares an integration's warehouse with its account; see core/verify.ts for what it throws. */
export function runVerify(plan: Plan, options: RunVerifyOptions): Promise<VerifyReport> {
  return verify({
    ...integrationOf(plan),
    idSet: () => idSet(plan.settings.workDir, randomUUID()),
    sleep: (milliseconds, signal) => sleep(milliseconds, undefined, { signal }),
    ...options,
  })
}

/** What `--max-requests` says. Throws `ConfigError`. */
export function requestLimit(said: unknown): number | undefined {
  if (said === undefined) return undefined
  const text = String(said).trim()
  if (!/^[1-9]\d{0,8}$/.test(text)) {
    throw new ConfigError(`--max-requests "${text}" is not a number of requests`, {
      cure: 'write --max-requests 1000',
    })
  }
  return Number(text)
}
