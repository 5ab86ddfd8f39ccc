/**
 * Runs and verifications are turns of one life: queued with a job, taken by a worker and taken over when it falls silent,
 * given back, tried again, ended, asked to end. The life is in this folder; what differs stands in a `Kind`.
 */
import type { Sql } from '../../../store/database.ts'
import type { IntegrationRow } from '../../../store/integrations.ts'
import type { Holding, Turns } from '../../../store/turns.ts'
import type { Attempt, End, OpenWork, Work, WorkRow } from '../../../store/work.ts'
import type { ServiceContext } from '../context.ts'
import type { Outcome } from './outcome.ts'

export interface Kind<Row extends WorkRow, Of extends object> {
  /** As the operator's log calls it. */
  readonly name: string
  readonly work: Work
  /** Its line of turns in the queue. */
  readonly line: (ctx: ServiceContext) => Pick<Turns<Of>, 'add' | 'done' | 'remove' | 'missing'>
  /** What a job of the line is of, and which that is. */
  readonly of: (id: string) => Of
  readonly idOf: (of: Of) => string
  /** A job with a higher one is handed out first. */
  readonly priority: (trigger: OpenWork['trigger']) => number
  /** Nobody else changes it until the transaction ends; `open` is by integration, queued or going on. */
  readonly lock: (sql: Sql, id: string) => Promise<Row | undefined>
  readonly lockOpen: (sql: Sql, integration: string) => Promise<Row | undefined>
  /** What it has to wait for; null when it can begin. The account is locked. */
  readonly waitsFor: (sql: Sql, row: Row, account: string, at: Date) => Promise<string | null>
  /** Its worker died so many times in a row: what it got nowhere with. */
  readonly nowhere: string
  /** The cure of what passes by itself, and did not. */
  readonly lastCure: string
  /** What is written with its end, and with its return into the queue; `waitsFor`: as above. */
  readonly onEnd: (sql: Sql, id: string, end: End) => Promise<void>
  readonly onRequeue: (sql: Sql, id: string, waitsFor: string | null) => Promise<void>
  /** Told of a worker that has died in the attempt. Without an outcome the next one carries on at once. */
  readonly onDeath: (sql: Sql, of: Attempt, outcome: Outcome | undefined, at: Date) => Promise<void>
}

export interface Taken<Row extends WorkRow, Of extends object> extends Attempt {
  readonly row: Row
  readonly integration: IntegrationRow
  readonly held: Holding & Of
  /** Tries in a row without progress, before this one. */
  readonly failures: number
}

/** Another worker has it, or it has ended: whatever this one still does is not written. */
export class LostTurn extends Error {
  constructor() {
    super('the turn is no longer of this worker')
    this.name = 'LostTurn'
  }
}
