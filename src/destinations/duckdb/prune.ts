/** Which rows a prune speaks of, as SQL. */
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Batch, Column, Table } from '../../core/model.ts'
import { columnOf, timestamp } from './columns.ts'
import { columnName, types } from './dialect.ts'
import { type Staged, stage } from './stage.ts'

type Prune = Batch['prunes'][number]

export type StagedPrune =
  | { readonly kind: 'equals'; readonly column: Column; readonly staged: Staged }
  | { readonly kind: 'other'; readonly prune: Prune }

/** The reach of a prune over the table, called `t`; `$1` is the account. */
export interface Reach {
  /** A table that stands beside `t`, if there is one. */
  readonly beside: string | undefined
  /** `t`, and what stands beside it. */
  readonly from: string
  /** The prune's version. */
  readonly version: string
  /** Rows that are alive, older and within its bounds. */
  readonly where: string
}

const version: Column = { name: '_version', type: 'integer', nullable: false }

/** Prunes by value go into temporary tables named after `prefix`. */
export async function stagePrunes(
  connection: DuckDBConnection,
  prefix: string,
  { table, prunes }: Batch,
): Promise<readonly StagedPrune[]> {
  const staged: StagedPrune[] = []
  for (const run of together(prunes)) {
    const within = run[0]?.within
    if (within && 'equals' in within) {
      const column = columnOf(table, within.column)
      const name = `${prefix}_p${staged.length}`
      const rows = run.map((prune) => [equalsOf(prune), prune.version])
      const columns = [{ ...column, name: 'value' }, version]
      staged.push({ kind: 'equals', column, staged: await stage(connection, name, columns, rows, ['value']) })
    } else {
      staged.push(...run.map((prune) => ({ kind: 'other', prune }) as const))
    }
  }
  return staged
}

export function reach(target: string, table: Table, prune: StagedPrune): Reach {
  const where = (below: string) => `t._account_id = $1 and t._deleted_at is null and t._version < ${below}`
  if (prune.kind === 'equals') {
    const value = types[prune.column.type].convert('p.value')
    const beside = `temp.${prune.staged.name} p`
    return {
      beside,
      from: `${target} t, ${beside}`,
      version: 'p._version',
      where: `${where('p._version')} and t.${columnName(prune.column.name)} is not distinct from ${value}`,
    }
  }
  const at = integerText(prune.prune.version)
  return {
    beside: undefined,
    from: `${target} t`,
    version: at,
    where: [where(at), ...rangeBounds(table, prune.prune)].join(' and '),
  }
}

function rangeBounds(table: Table, { within }: Prune): string[] {
  if (!within || 'equals' in within) return []
  const column = columnOf(table, within.column)
  const bound = (value: number) =>
    column.type === 'timestamp' ? timestamp(integerText(value)) : literalNumber(value)
  const name = `t.${columnName(column.name)}`
  return [
    ...(within.from === undefined ? [] : [`${name} >= ${bound(within.from)}`]),
    ...(within.to === undefined ? [] : [`${name} < ${bound(within.to)}`]),
  ]
}

/** Runs of prunes that one statement can do: by one column, no value twice (order then does not matter). */
function together(prunes: readonly Prune[]): Prune[][] {
  const runs: Prune[][] = []
  let values = new Set<unknown>()
  let column: string | undefined
  for (const prune of prunes) {
    const within = prune.within
    const run = runs.at(-1)
    if (within && 'equals' in within) {
      if (run && column === within.column && !values.has(within.equals)) run.push(prune)
      else {
        runs.push([prune])
        values = new Set()
      }
      column = within.column
      values.add(within.equals)
    } else {
      runs.push([prune])
      column = undefined
    }
  }
  return runs
}

function equalsOf({ within }: Prune) {
  return within && 'equals' in within ? within.equals : null
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new TypeError(`not a safe integer: ${value}`)
  return String(value)
}

function literalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`not a finite number: ${value}`)
  return String(value)
}
