/** The service's own types: what it says is what is shown here. */
export type * from '../../../src/app/service/resources/account.ts'
export type * from '../../../src/app/service/resources/alert.ts'
export type * from '../../../src/app/service/resources/audit.ts'
export type * from '../../../src/app/service/resources/catalog.ts'
export type { Trouble } from '../../../src/app/service/resources/common.ts'
export type * from '../../../src/app/service/resources/data.ts'
export type * from '../../../src/app/service/resources/destination.ts'
export type * from '../../../src/app/service/resources/freshness.ts'
export type * from '../../../src/app/service/resources/integration.ts'
export type * from '../../../src/app/service/resources/oauth.ts'
export type * from '../../../src/app/service/resources/reads.ts'
export type * from '../../../src/app/service/resources/run.ts'
export type * from '../../../src/app/service/resources/run-event.ts'
export type { Schedule } from '../../../src/app/service/resources/schedule.ts'
export type * from '../../../src/app/service/resources/schema-change.ts'
export type * from '../../../src/app/service/resources/selection.ts'
export type * from '../../../src/app/service/resources/source.ts'
export type * from '../../../src/app/service/resources/system.ts'
export type * from '../../../src/app/service/resources/token.ts'
export type * from '../../../src/app/service/resources/user.ts'
export type * from '../../../src/app/service/resources/verification.ts'
export type * from '../../../src/app/service/resources/webhook.ts'

import type { SourceCheck } from '../../../src/app/service/resources/source.ts'

export interface Listed<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

export type StreamAccess = SourceCheck['streams'][number]
