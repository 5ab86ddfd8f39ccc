/** Hand-written streams of a catalog, for tests. */
import type { ColumnType, StreamSelection, Table } from '../../core/model.ts'
import { extraColumn } from '../../core/schema.ts'
import type { CatalogColumn, CatalogStream } from '../catalog.ts'
import { type Guard, guards } from '../guard.ts'
import { hasher } from '../hasher.ts'

export function column(name: string, type: ColumnType, more: Partial<CatalogColumn> = {}): CatalogColumn {
  return { name, path: [name], type, nullable: true, ...more }
}

export function streamOf(
  more: Partial<CatalogStream> & Pick<CatalogStream, 'name' | 'columns'>,
): CatalogStream {
  return {
    path: `/v1/${more.name}`,
    objects: [more.name],
    description: more.name,
    docs: '',
    tier: 'core',
    key: ['id'],
    params: [],
    required: [],
    pagination: 'cursor',
    lists: [],
    fixed: {},
    variants: [{}],
    expand: [],
    coverage: 'full',
    events: [],
    unavailable: [],
    livemode: true,
    ...more,
  }
}

export interface TableShape {
  readonly only?: readonly string[]
  readonly without?: readonly string[]
  readonly extra?: boolean
}

export function tableOf(stream: CatalogStream, shape: TableShape = {}): Table {
  const columns = stream.columns
    .filter(({ name }) => shape.only?.includes(name) ?? !shape.without?.includes(name))
    .map(({ name, type, nullable }) => ({ name, type, nullable }))
  return {
    name: stream.name,
    key: stream.key,
    columns: shape.extra === false ? columns : [...columns, extraColumn],
  }
}

export const testHasher = hasher('a key for tests, of 16 bytes and more')

/** The guard of a stream's objects, with a key for tests; `others` are protected besides. */
export function guardFor(
  stream: CatalogStream,
  selection: Omit<StreamSelection, 'name'>,
  others: readonly (readonly [CatalogStream, Omit<StreamSelection, 'name'>])[] = [],
): Guard | undefined {
  const all = [[stream, selection] as const, ...others]
  const selections = all.map(([{ name }, one]) => ({ ...one, name }))
  const catalog = { apiVersion: 'test', streams: all.map(([one]) => one) }
  return guards(catalog, selections, testHasher).get(stream.name)
}
