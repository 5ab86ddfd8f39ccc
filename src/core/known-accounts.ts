/** What is kept of the accounts that were ever read, and in which order they are read next. */
import type { AccountInfo, Checkpoint, Json, State } from './model.ts'

const prefix = 'known:'

/** Times are ISO 8601 in UTC. */
export interface Known {
  readonly name?: string
  readonly created?: number
  /** When a run last had to do with it and came to its end. */
  readonly tried: string
  /** When the last run began that brought all its tables up to date. */
  readonly read?: string
  /** Since when it is none of the accounts any more. */
  readonly gone?: string
}

/** The accounts besides the owner that were ever read, and the owner where it was read as one of several. */
export function knownAccounts(state: State): ReadonlyMap<string, Known> {
  return new Map(
    [...state].flatMap(([scope, cursor]): [string, Known][] =>
      scope.startsWith(prefix) ? [[scope.slice(prefix.length), cursor as Json & Known]] : [],
    ),
  )
}

export const knownMark = (account: string, known: Known): Checkpoint => ({
  scope: `${prefix}${account}`,
  cursor: { ...known },
})

/** Never read first, then those that were tried longest ago. */
export function inTurn(
  accounts: Iterable<AccountInfo>,
  known: ReadonlyMap<string, Known>,
): readonly AccountInfo[] {
  const tried = ({ id }: AccountInfo) => known.get(id)?.tried ?? ''
  return [...accounts].sort((a, b) => (tried(a) < tried(b) ? -1 : tried(a) > tried(b) ? 1 : 0))
}
