/** What differs, for people. */
import type { Selection, TableSelection } from '../resources/selection.ts'
import type { Change } from './plan.ts'

/** Nothing when both are the same. */
export function difference(field: string, before: unknown, after: unknown): readonly Change[] {
  const [old, next] = [textOf(before), textOf(after)]
  return old === next ? [] : [{ field, before: old, after: next }]
}

/** Table by table; their order says nothing. */
export function selectionDifference(before: Selection, after: Selection): readonly Change[] {
  const old = new Map(before.tables.map((table) => [table.name, table]))
  const next = new Map(after.tables.map((table) => [table.name, table]))
  const gone = [...old.keys()].filter((name) => !next.has(name))
  const come = [...next.keys()].filter((name) => !old.has(name))
  return [
    ...gone.map((name) => ({ field: 'tables', before: name, after: null })),
    ...come.map((name) => ({ field: 'tables', before: null, after: name })),
    ...[...next].flatMap(([name, table]) => {
      const was = old.get(name)
      return was ? tableDifference(was, table) : []
    }),
    ...difference('deletes', before.deletes, after.deletes),
    ...difference('new_fields', before.new_fields, after.new_fields),
  ]
}

function tableDifference(before: TableSelection, after: TableSelection): readonly Change[] {
  const { name, fields, drop, hash, mode, sweep } = after
  return [
    ...difference(`${name}.fields`, before.fields ?? 'all', fields ?? 'all'),
    ...difference(`${name}.drop`, before.drop, drop),
    ...difference(`${name}.hash`, before.hash, hash),
    ...difference(`${name}.mode`, before.mode, mode),
    ...difference(`${name}.sweep`, before.sweep ?? 'as by default', sweep ?? 'as by default'),
  ]
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.toSorted().join(', ')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, one]) => `${key} ${textOf(one)}`)
    .join(', ')
}
