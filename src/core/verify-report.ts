/** What a verification says, and how it is gathered. */
import { shownKey } from './compare.ts'
import type { TimeRange } from './inspection.ts'
import type { Row, Table } from './model.ts'
import { addedUp, type Sum, sums } from './sums.ts'
import { joined } from './verify-state.ts'

/** How many rows, and the keys of the first of them: `in_1`, or `in_1/il_1` where the parent is part of the key. */
export interface Rows {
  readonly count: number
  readonly ids: readonly string[]
}

export interface VerifiedTable {
  readonly stream: string
  readonly table: string
  /**
   * `equal`: every row agrees, or does after the repair; `moved`: those that don't changed after the last run;
   * `different`: some are wrong; `not_checked`: not all was looked at.
   */
  readonly status: 'equal' | 'moved' | 'different' | 'not_checked' | 'no_permission'
  readonly reason: string | null
  /** Parts that were compared: windows of the creation time, or of a list's own order. */
  readonly windows: number
  /** What was not looked at: ISO 8601 in UTC, `[from, to)`, null for an open end. */
  readonly not_checked: readonly { readonly from: string | null; readonly to: string | null }[]
  /** Rows that were compared, without deleted ones. */
  readonly rows: { readonly source: number; readonly warehouse: number }
  /** Upstream and not in the warehouse, or marked as deleted there. */
  readonly missing: Rows
  /** In the warehouse and not upstream, or twice. */
  readonly extra: Rows
  /** With other values. */
  readonly stale: Rows
  /** Different, and not wrong: a later run brings them by itself. */
  readonly moved: Rows
  readonly repaired: number
  /** Columns that differ between two readings of the same object, and were not compared. */
  readonly ignored: readonly string[]
  readonly sums: readonly Sum[]
  readonly requests: number
}

/** One account's part of a verification. */
export interface VerifiedAccount {
  readonly account: string
  readonly name: string | null
  /** `failed`: it could not be read; `disconnected`: it is none of the accounts any more, and nobody can ask. */
  readonly status: VerifyReport['status'] | 'failed' | 'disconnected'
  readonly rows: { readonly source: number; readonly warehouse: number }
  readonly requests: number
  readonly reason: string | null
  readonly cure: string | null
  /** Those that are neither equal nor only moved. */
  readonly tables: readonly Pick<
    VerifiedTable,
    'stream' | 'table' | 'status' | 'reason' | 'missing' | 'extra' | 'stale'
  >[]
}

export interface VerifyReport {
  /** `different` when any table is; `incomplete` when not all was looked at. */
  readonly status: 'equal' | 'different' | 'incomplete'
  readonly integration: string
  /** Where the integration has several; their tables are summed up in `tables`. */
  readonly accounts?: readonly VerifiedAccount[]
  readonly tables: readonly VerifiedTable[]
  readonly requests: number
  readonly rate_limited: number
  readonly seconds: number
}

export type Verdict = 'missing' | 'extra' | 'stale' | 'moved'

export interface TableTally {
  compared(side: 'source' | 'warehouse', row: Row): void
  window(): void
  skip(range: TimeRange): void
  found(verdict: Verdict, key: string): void
  /** One of those that were found is as it should be now. */
  repaired(verdict: Verdict): void
  ignore(column: string): void
  refuse(status: 'not_checked' | 'no_permission', reason: string): void
  report(requests: number): VerifiedTable
  /** What was told so far; a tally that begins with it goes on there. */
  state(): TallyState
}

/** Plain JSON. */
export interface TallyState {
  readonly windows: number
  readonly skipped: readonly TimeRange[]
  readonly rows: VerifiedTable['rows']
  readonly verdicts: Readonly<Record<Verdict, Rows>>
  readonly repaired: { readonly wrong: number; readonly moved: number }
  readonly ignored: readonly string[]
  readonly refusal: { readonly status: 'not_checked' | 'no_permission'; readonly reason: string } | null
  readonly sums: readonly Sum[]
}

const shown = 20

export function tableTally(stream: string, table: Table, before?: TallyState): TableTally {
  const money = sums(table, before?.sums)
  const rows = { source: 0, warehouse: 0, ...before?.rows }
  const begin = (verdict: Verdict) => {
    const { count = 0, ids = [] } = before?.verdicts[verdict] ?? {}
    return { count, ids: [...ids] }
  }
  const verdicts = {
    missing: begin('missing'),
    extra: begin('extra'),
    stale: begin('stale'),
    moved: begin('moved'),
  }
  const skipped: TimeRange[] = [...(before?.skipped ?? [])]
  const ignored = new Set<string>(before?.ignored)
  let windows = before?.windows ?? 0
  const repaired = { wrong: 0, moved: 0, ...before?.repaired }
  let refusal = before?.refusal ?? undefined

  const status = (): VerifiedTable['status'] => {
    const wrong = verdicts.missing.count + verdicts.extra.count + verdicts.stale.count
    if (wrong > repaired.wrong) return 'different'
    if (refusal) return refusal.status
    if (skipped.length > 0) return 'not_checked'
    return verdicts.moved.count > repaired.moved ? 'moved' : 'equal'
  }
  return {
    compared(side, row) {
      rows[side]++
      money.add(side, row)
    },
    window: () => void windows++,
    skip: (range) => void skipped.push(range),
    found(verdict, key) {
      const list = verdicts[verdict]
      list.count++
      if (list.ids.length < shown) list.ids.push(shownKey(key))
    },
    repaired: (verdict) => void repaired[verdict === 'moved' ? 'moved' : 'wrong']++,
    ignore: (column) => void ignored.add(column),
    refuse(kind, reason) {
      refusal ??= { status: kind, reason }
    },
    report: (requests) => ({
      stream,
      table: table.name,
      status: status(),
      reason: refusal?.reason ?? (skipped.length > 0 ? 'the requests that were allowed were used up' : null),
      windows,
      not_checked: joined(skipped).map(({ from, to }) => ({ from: iso(from), to: iso(to) })),
      rows,
      ...verdicts,
      repaired: repaired.wrong + repaired.moved,
      ignored: [...ignored].sort(),
      sums: money.all(),
      requests,
    }),
    state: () =>
      structuredClone({
        ...{ windows, skipped: joined(skipped), rows, verdicts, repaired },
        ignored: [...ignored],
        refusal: refusal ?? null,
        sums: money.all(),
      }),
  }
}

export interface TableTallies {
  /** Throws for a stream that is not selected. */
  readonly of: (stream: string) => TableTally
  report(requests: (stream: string) => number): readonly VerifiedTable[]
  state(): ReadonlyMap<string, TallyState>
}

/** One for each table. `before`: how those were left that go on. */
export function tableTallies(
  tables: ReadonlyMap<string, Table>,
  before: ReadonlyMap<string, TallyState> = new Map(),
): TableTallies {
  const all = new Map(
    [...tables].map(([stream, table]) => [stream, tableTally(stream, table, before.get(stream))] as const),
  )
  return {
    of(stream) {
      const found = all.get(stream)
      if (!found) throw new Error(`the source spoke of ${stream}, which is not selected`)
      return found
    },
    report: (requests) => [...all].map(([stream, each]) => each.report(requests(stream))),
    state: () => new Map([...all].map(([stream, each]) => [stream, each.state()])),
  }
}

/** What was told of tables and what was told of them in one more account, which a refusal names. */
export function withAccount(
  all: ReadonlyMap<string, TallyState>,
  account: string,
  own: ReadonlyMap<string, TallyState>,
): ReadonlyMap<string, TallyState> {
  return new Map([...own].map(([stream, tally]) => [stream, summed(all.get(stream), account, tally)]))
}

function summed(all: TallyState | undefined, account: string, own: TallyState): TallyState {
  const rows = (verdict: Verdict): Rows => {
    const { count = 0, ids = [] } = all?.verdicts[verdict] ?? {}
    const more = own.verdicts[verdict]
    return { count: count + more.count, ids: [...ids, ...more.ids].slice(0, shown) }
  }
  const plus = (of: (tally: TallyState) => number) => (all ? of(all) : 0) + of(own)
  const { refusal } = own
  return {
    windows: plus(({ windows }) => windows),
    skipped: joined([...(all?.skipped ?? []), ...own.skipped]),
    rows: { source: plus(({ rows }) => rows.source), warehouse: plus(({ rows }) => rows.warehouse) },
    verdicts: {
      missing: rows('missing'),
      extra: rows('extra'),
      stale: rows('stale'),
      moved: rows('moved'),
    },
    repaired: {
      wrong: plus(({ repaired }) => repaired.wrong),
      moved: plus(({ repaired }) => repaired.moved),
    },
    ignored: [...new Set([...(all?.ignored ?? []), ...own.ignored])],
    refusal: all?.refusal ?? (refusal && { ...refusal, reason: `in ${account}: ${refusal.reason}` }),
    sums: addedUp(all?.sums ?? [], own.sums),
  }
}

/** How tables stand together. */
export function statusOf(tables: readonly Pick<VerifiedTable, 'status'>[]): VerifyReport['status'] {
  const is = (...statuses: readonly string[]) => tables.some(({ status }) => statuses.includes(status))
  return is('different') ? 'different' : is('not_checked', 'no_permission') ? 'incomplete' : 'equal'
}

const iso = (time: number | undefined) =>
  time === undefined ? null : new Date(time / 1000).toISOString().replace('.000Z', 'Z')
