/** Which rows a prune speaks of, as SQL. */
import type { Batch, Column, Table } from '../../core/model.ts'
import { columnName, columnOf, integerText } from './columns.ts'
import type { Dialect, Stage, Staged } from './dialect.ts'

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
  stage: Stage,
  prefix: string,
  { table, prunes }: Batch,
): Promise<readonly StagedPrune[]> {
  const staged: StagedPrune[] = []
  for (const run of together(prunes)) {
    const column = valueColumn(run[0])
    if (column !== undefined) {
      const of = columnOf(table, column)
      const name = `${prefix}_p${staged.length}`
      const rows = run.map((prune) => [equalsOf(prune), prune.version])
      const columns = [{ ...of, name: 'value' }, version]
      staged.push({ kind: 'equals', column: of, staged: await stage(name, columns, rows, ['value']) })
    } else {
      staged.push(...run.map((prune) => ({ kind: 'other', prune }) as const))
    }
  }
  return staged
}

export function reach(dialect: Dialect, target: string, table: Table, prune: StagedPrune): Reach {
  const where = (below: string) => `t._account_id = $1 and t._deleted_at is null and t._version < ${below}`
  if (prune.kind === 'equals') {
    const value = dialect.types[prune.column.type].convert('p.value')
    const beside = `${dialect.temp}${prune.staged.name} p`
    return {
      beside,
      from: `${target} t, ${beside}`,
      version: 'p._version',
      where: `${where('p._version')} and t.${columnName(dialect, prune.column.name)} = ${value}`,
    }
  }
  const at = integerText(prune.prune.version)
  return {
    beside: undefined,
    from: `${target} t`,
    version: at,
    where: [where(at), ...bounds(dialect, table, prune.prune)].join(' and '),
  }
}

function bounds(dialect: Dialect, table: Table, { within }: Prune): string[] {
  if (!within) return []
  const column = columnOf(table, within.column)
  const name = `t.${columnName(dialect, column.name)}`
  if ('equals' in within) return [`${name} is null`]
  const bound = (value: number) =>
    column.type === 'timestamp' ? dialect.timestamp(integerText(value)) : literalNumber(value)
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
    const by = valueColumn(prune)
    const run = runs.at(-1)
    if (by !== undefined) {
      if (run && column === by && !values.has(equalsOf(prune))) run.push(prune)
      else {
        runs.push([prune])
        values = new Set()
      }
      values.add(equalsOf(prune))
    } else {
      runs.push([prune])
    }
    column = by
  }
  return runs
}

/** The column whose value a prune is about; a prune of null is asked for by itself, as no index or join finds it. */
function valueColumn(prune: Prune | undefined): string | undefined {
  const within = prune?.within
  return within && 'equals' in within && within.equals !== null ? within.column : undefined
}

function equalsOf({ within }: Prune) {
  return within && 'equals' in within ? within.equals : null
}

function literalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`not a finite number: ${value}`)
  return String(value)
}
