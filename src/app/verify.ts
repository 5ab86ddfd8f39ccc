import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { ConfigError } from '../core/errors.ts'
import type { RunEvent } from '../core/model.ts'
import { verify } from '../core/verify.ts'
import { verifyAccounts } from '../core/verify-accounts.ts'
import type { VerifyReport } from '../core/verify-report.ts'
import type { LeftState } from '../core/verify-state.ts'
import { idSet } from './id-set.ts'
import { integrationOf, type Plan } from './plan.ts'

export interface RunVerifyOptions {
  readonly repair: boolean
  readonly maxRequests?: number
  /** Milliseconds after which what seems wrong is asked about once more; as in core/verify.ts when absent. */
  readonly settle?: number
  /** As in core/verify.ts. */
  readonly from?: unknown
  readonly follow?: (state: () => LeftState) => void
  readonly signal: AbortSignal
  readonly report: (event: RunEvent) => void
}

/** Compares an integration's warehouse with its account, or with all of them; see core/verify.ts for what it throws. */
export function runVerify(plan: Plan, options: RunVerifyOptions): Promise<VerifyReport> {
  const { accounts } = plan
  const wanted = {
    ...integrationOf(plan),
    idSet: () => idSet(plan.settings.workDir, randomUUID()),
    sleep: (milliseconds: number, signal: AbortSignal) => sleep(milliseconds, undefined, { signal }),
    ...options,
  }
  return accounts ? verifyAccounts({ ...wanted, accounts }) : verify(wanted)
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
