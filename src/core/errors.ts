/**
 * Three kinds of error, decided where they are thrown and carried by class:
 * the user's (`ConfigError`), the world's (`TransientError`), ours (anything else).
 * Besides them, two ways in which a run is told to stop: `BudgetError` and `FenceError`.
 */

export interface Cured {
  /** What to do, in words that are right wherever it is read: in a terminal, in the web app, in an answer of the API. */
  readonly cure?: string
  /** What of the command line says it: `--api-base`. It is named there alone. */
  readonly option?: string
  readonly cause?: unknown
}

/** Something the user must change. `message` is one line that says what is wrong; `cure` says what to do. */
export class ConfigError extends Error {
  readonly cure: string | undefined
  readonly option: string | undefined
  constructor(message: string, options?: Cured) {
    super(message, { cause: options?.cause })
    this.name = 'ConfigError'
    this.cure = options?.cure
    this.option = options?.option
  }
}

/** An account that cannot be read as a whole; others that the same credentials read can be. */
export class AccountError extends ConfigError {
  constructor(message: string, options?: Cured) {
    super(message, options)
    this.name = 'AccountError'
  }
}

/** Something that may work later; already retried for as long as was sensible where it was thrown. */
export class TransientError extends Error {
  readonly cure: string | undefined
  readonly option: string | undefined
  constructor(message: string, options?: Cured) {
    super(message, { cause: options?.cause })
    this.name = 'TransientError'
    this.cure = options?.cure
    this.option = options?.option
  }
}

/** What the user allowed is used up: the run stops where it is, and a later one carries on. Neither a fault nor transient. */
export class BudgetError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'BudgetError'
  }
}

/** Another, later run of the same integration owns the warehouse; this one must stop and has written nothing. */
export class FenceError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'FenceError'
  }
}
