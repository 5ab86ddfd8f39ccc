/** A bug that a replicator is easily written with, as exact edits of the source, and the tests that must go red. */
export interface Bug {
  readonly name: string
  readonly edits: readonly Edit[]
  /** Test files; the first of them that fails has caught it. */
  readonly tests: readonly string[]
  /** What the tests to run are named, a regular expression; all of the files' otherwise. */
  readonly named?: string
}

export interface Edit {
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly put: string
}
