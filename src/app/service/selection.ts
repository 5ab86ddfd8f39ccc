/** A selection as it is stored, as the settings from which a run is planned. */
import { ConfigError } from '../../core/errors.ts'
import type { Sweep } from '../../core/model.ts'
import { resolveStreams } from '../../stripe/selection.ts'
import { checkSweeps } from '../../stripe/sweep-choice.ts'
import type { Settings } from '../settings.ts'
import { FieldError, ofField } from './errors.ts'
import type { Selection, TableSelection } from './resources/selection.ts'

const minute = 60_000
const day = 24 * 60 * minute

type Chosen = Pick<
  Settings,
  'tables' | 'fields' | 'excludeFields' | 'hashFields' | 'newColumns' | 'mode' | 'sweep' | 'deletes'
>

/** What a run reads. */
export function chosenBy(selection: Selection): Chosen {
  const { tables } = selection
  const lists = (of: (table: TableSelection) => readonly string[] | null) =>
    new Map(
      tables.flatMap((table) => {
        const list = of(table)
        return list && list.length > 0 ? [[table.name, list] as const] : []
      }),
    )
  return {
    tables: tables.map(({ name }) => name),
    fields: lists(({ fields }) => fields),
    excludeFields: lists(({ drop }) => drop),
    hashFields: lists(({ hash }) => hash),
    newColumns: selection.new_fields === 'reload' ? 'reload' : 'from-now',
    mode: { all: 'incremental', tables: new Map(tables.map(({ name, mode }) => [name, mode])) },
    sweep: new Map(
      tables.flatMap(({ name, sweep }) => (sweep === null ? [] : [[name, sweepOf(sweep)] as const])),
    ),
    deletes: selection.deletes,
  }
}

/** Throws `FieldError` for tables and fields that are not there, and for what does not go together. */
export async function checkSelection(selection: Selection): Promise<void> {
  const names = new Set<string>()
  for (const { name } of selection.tables) {
    if (name === 'core' || name === 'all') {
      throw new FieldError('selection.tables', `${name} is a selection, and no table`, {
        cure: 'name the tables themselves; the catalog says which they are',
      })
    }
    if (names.has(name)) {
      throw new FieldError('selection.tables', `the table ${name} is selected twice`, {
        cure: 'name it once',
      })
    }
    names.add(name)
  }
  await ofField('selection', () => {
    const chosen = chosenBy(selection)
    const streams = resolveStreams(chosen.tables, chosen.fields, chosen.excludeFields, chosen.hashFields)
    checkSweeps(chosen.sweep, streams)
  })
}

/** Throws `FieldError` for tables that a run is asked for and the selection does not have. */
export function checkTables(selection: Selection, tables: readonly string[] | null): void {
  const unknown = tables?.find((table) => !selection.tables.some(({ name }) => name === table))
  if (unknown === undefined) return
  throw new FieldError('tables', `the integration does not have a table ${unknown}`, {
    cure: `name some of ${selection.tables.map(({ name }) => name).join(', ')}`,
  })
}

/** Whether some field is to be hashed. */
export function hashes(selection: Selection): boolean {
  return selection.tables.some(({ hash }) => hash.length > 0)
}

function sweepOf(sweep: NonNullable<TableSelection['sweep']>): Sweep {
  if (sweep === 'off') return 'off'
  const { every_minutes, back_days } = sweep
  return {
    every: every_minutes * minute,
    ...(back_days === undefined ? {} : { back: back_days === 'all' ? 'all' : back_days * day }),
  }
}

/** A mode that would lose rows is refused before a run is: what holds every version cannot go back. */
export function checkModes(before: Selection, next: Selection): void {
  for (const { name, mode } of next.tables) {
    const old = before.tables.find((table) => table.name === name)
    if (old?.mode !== 'append' || mode === 'append') continue
    throw new ConfigError(
      `${name} holds every version of its objects (mode append), of which ${mode} would keep one`,
      {
        cure: 'leave it in the mode append, or copy it in another mode with another integration',
      },
    )
  }
}
