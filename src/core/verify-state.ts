/** What a verification has found so far, as plain JSON: with it, one that was cut off goes on where it was. */
import { hash } from 'node:crypto'
import type { TimeRange } from './inspection.ts'
import type { Table } from './model.ts'
import type { Suspect } from './verify-part.ts'
import type { TallyState, VerifiedAccount } from './verify-report.ts'

/** Of one family: what was found in it, and what is left of it. */
export interface PartState {
  /** What is still to be looked at; empty when only what no window reaches is. */
  readonly left: readonly TimeRange[]
  /** What no window reaches was looked at too. */
  readonly isDone: boolean
  /** Differences that are not judged yet: they are looked at again. */
  readonly suspects: readonly Suspect[]
  readonly tallies: Readonly<Record<string, TallyState>>
}

/** By the listed stream of each family. */
export type PartStates = Readonly<Record<string, PartState>>

/** What a verification has taken. */
export interface Spent {
  /** By stream. */
  readonly requests: Readonly<Record<string, number>>
  readonly rate_limited: number
  readonly seconds: number
}

interface Written extends Spent {
  readonly v: 1
  /** What it is a verification of; of anything else it says nothing. */
  readonly of: string
  /** Parts that were compared: it grows as the verification gets on. */
  readonly windows: number
}

/** Of one account. */
export interface VerifyState extends Written {
  readonly parts: PartStates
}

/** Of several accounts. */
export interface AccountsState extends Written {
  /** Those that were looked at to their end, and what was told of their tables together. */
  readonly done: readonly VerifiedAccount[]
  readonly tallies: Readonly<Record<string, TallyState>>
  /** Those that are being looked at, and the requests that each has taken. */
  readonly open: Readonly<
    Record<string, { readonly parts: PartStates; readonly requests: Readonly<Record<string, number>> }>
  >
}

/** What a verification leaves to the one that carries it on. */
export type LeftState = VerifyState | AccountsState

/** What was told of the tables in the parts. */
export const talliesIn = (parts: PartStates): readonly (readonly [string, TallyState])[] =>
  Object.values(parts).flatMap(({ tallies }) => Object.entries(tallies))

export const windowsIn = (tallies: Iterable<readonly [string, TallyState]>): number =>
  [...tallies].reduce((sum, [, { windows }]) => sum + windows, 0)

export const sumOf = (byStream: Readonly<Record<string, number>>): number =>
  Object.values(byStream).reduce((a, b) => a + b, 0)

/** By stream, both together. */
export function plus(
  some: Readonly<Record<string, number>> = {},
  others: Readonly<Record<string, number>> = {},
): Readonly<Record<string, number>> {
  const names = new Set([...Object.keys(some), ...Object.keys(others)])
  return Object.fromEntries([...names].map((name) => [name, (some[name] ?? 0) + (others[name] ?? 0)]))
}

/** Two verifications with another text are not of the same. */
export function verifiedThing(
  what: Readonly<Record<string, unknown>>,
  tables: ReadonlyMap<string, Table>,
): string {
  return hash('sha256', JSON.stringify([what, [...tables]]), 'hex').slice(0, 32)
}

/** What was written down, if it is of the same; undefined of anything else. */
export function stateOf<State extends Written>(written: unknown, of: string): State | undefined {
  const state = written as State | null | undefined
  return state?.v === 1 && state.of === of ? state : undefined
}

/** Ranges that touch become one. */
export function joined(ranges: readonly TimeRange[]): readonly TimeRange[] {
  const low = ({ from }: TimeRange) => from ?? Number.NEGATIVE_INFINITY
  const high = ({ to }: TimeRange) => to ?? Number.POSITIVE_INFINITY
  const found: TimeRange[] = []
  for (const range of ranges.toSorted((a, b) => low(a) - low(b))) {
    const last = found.at(-1)
    if (!last || high(last) < low(range)) {
      found.push(range)
      continue
    }
    const { from } = last
    const to = Math.max(high(last), high(range))
    found[found.length - 1] = {
      ...(from === undefined ? {} : { from }),
      ...(Number.isFinite(to) ? { to } : {}),
    }
  }
  return found
}

/** What the windows have of the ranges. */
export function within(windows: readonly TimeRange[], ranges: readonly TimeRange[]): readonly TimeRange[] {
  return ranges.flatMap((range) =>
    windows.flatMap((window): readonly TimeRange[] => {
      const from = Math.max(range.from ?? -Infinity, window.from ?? -Infinity)
      const to = Math.min(range.to ?? Infinity, window.to ?? Infinity)
      if (from >= to) return []
      return [{ ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(to) ? { to } : {}) }]
    }),
  )
}
