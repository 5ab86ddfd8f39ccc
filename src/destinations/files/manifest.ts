/**
 * A manifest: what an integration's files are at one moment, whole. The newest one is the warehouse; nothing
 * counts that it does not name. docs/decisions/0013-files.md.
 */
import type { ColumnType, Json, LoadReceipt } from '../../core/model.ts'

export interface Manifest {
  /** Of the manifest's own shape. */
  readonly sluice: 1
  /** One more than that of the manifest before it. */
  readonly number: number
  /** Made for each attempt: whose a manifest is, even if the answer to its writing was lost. */
  readonly commit: string
  /** ISO 8601 in UTC. */
  readonly at: string
  readonly integration: string
  readonly format: string
  readonly fence: Fence
  /** Scope and cursor of each checkpoint. */
  readonly checkpoints: readonly (readonly [scope: string, cursor: Json])[]
  /** The last ones, the newest at the end. */
  readonly loads: readonly LoadEntry[]
  readonly tables: readonly TableEntry[]
  readonly files: readonly FileEntry[]
  /** Files that nothing needs but a reader of an older manifest. */
  readonly retired: readonly { readonly file: string; readonly at: number }[]
}

/** Of an integration that has nothing. */
export const nothingOf = {
  checkpoints: [],
  loads: [],
  tables: [],
  files: [],
  retired: [],
} as const satisfies Partial<Manifest>

export interface Fence {
  readonly epoch: number
  readonly token: string
}

export interface LoadEntry {
  readonly id: string
  readonly at: string
  readonly tables: readonly (readonly [table: string, rows: number, deleted: number])[]
}

export interface TableEntry {
  /** As in loads. */
  readonly name: string
  /** Of its files, below the integration's. */
  readonly folder: string
  /** As files and views have them, in the order in which they came; a file has the first of them. */
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[]
  /** Of columns. */
  readonly key: readonly string[]
}

export interface FileEntry {
  readonly file: string
  /** The table's name. */
  readonly table: string
  readonly rows: number
  /** How many of the table's columns it has. */
  readonly columns: number
  /** `base` holds one month each, `changes` what one or several loads brought. */
  readonly kind: 'base' | 'changes'
  /** Whether rows of it take the place of older ones in other files. */
  readonly replaces: boolean
  /** Rows whose place was taken by newer ones in other files. */
  readonly dead: number
  /** Of a base file: `2026-01`, or `none`. */
  readonly month?: string
}

/** Loads that are remembered: for idempotence the last would do, the others tell a person about freshness. */
const loadsKept = 100

export const manifestPrefix = '_manifests/'

/** Wide enough for a load each second for thirty thousand years; in the order of numbers when in that of names. */
export const manifestName = (number: number): string =>
  `${manifestPrefix}${String(number).padStart(12, '0')}.json`

/** Undefined for what is no manifest's name. */
export function manifestNumber(name: string): number | undefined {
  const [, digits] = /^_manifests\/(\d{12})\.json$/.exec(name) ?? []
  return digits === undefined ? undefined : Number(digits)
}

export function receiptOf(manifest: Manifest, load: string): LoadReceipt | undefined {
  const entry = manifest.loads.find(({ id }) => id === load)
  return (
    entry && { tables: new Map(entry.tables.map(([table, rows, deleted]) => [table, { rows, deleted }])) }
  )
}

export function withLoad(
  manifest: Manifest,
  id: string,
  at: string,
  { tables }: LoadReceipt,
): readonly LoadEntry[] {
  const entry = {
    id,
    at,
    tables: [...tables].map(([table, { rows, deleted }]) => [table, rows, deleted] as const),
  }
  return [...manifest.loads, entry].slice(-loadsKept)
}

/** The last of a scope counts; a null cursor forgets the scope. */
export function withCheckpoints(
  manifest: Manifest,
  given: readonly { readonly scope: string; readonly cursor: Json }[],
): Manifest['checkpoints'] {
  const all = new Map(manifest.checkpoints)
  for (const { scope, cursor } of given) all.set(scope, cursor)
  return [...all].filter(([, cursor]) => cursor !== null)
}

/** Some files in the place of others, which are retired. */
export function withoutFiles(
  { files, retired }: Manifest,
  gone: readonly FileEntry[],
  added: readonly FileEntry[],
  at: number,
): Pick<Manifest, 'files' | 'retired'> {
  return {
    files: [...files.filter((file) => !gone.includes(file)), ...added],
    retired: [...retired, ...gone.map(({ file }) => ({ file, at }))],
  }
}
