/** What a warehouse must hold at the end of a history, table by table: what its mode and `--deletes` promise. */
import { createHmac } from 'node:crypto'
import type { Mode, Row } from '../../src/core/model.ts'
import { appendTable, historyTable, objectKey } from '../../src/core/modes.ts'
import { loadTable } from '../../src/core/schema.ts'
import type { CatalogColumn } from '../../src/stripe/catalog.ts'
import { hashKey } from '../support/one-run.ts'
import { replicated } from '../support/replica.ts'
import { streamOf, untrue } from '../support/truth.ts'
import type { Play } from './happen.ts'
import { brokenIntervals } from './intervals.ts'
import { dataTable, keyReader, placeOf, type Readings, type Shown, sameCells } from './readings.ts'
import { type History, hashFields } from './steps.ts'

export interface Promised extends Pick<History, 'deletes' | 'modes' | 'hashes'> {
  readonly readings: Readings
  /** Keys that had a row after the first run, by table. */
  readonly keys: ReadonlyMap<string, ReadonlySet<string>>
}

/**
 * One line for everything that is otherwise than promised in some tables. With `carriedOn` the last run may have carried on
 * the walks of one that was cut off: what they had read before an event was lost is only seen by the next.
 */
export async function broken(
  on: Play,
  promised: Promised,
  { streams = replicated, carriedOn = false }: { streams?: readonly string[]; carriedOn?: boolean } = {},
): Promise<readonly string[]> {
  const lines: string[] = []
  for (const stream of streams) lines.push(...(await brokenTable(on, stream, promised, carriedOn)))
  return lines
}

/** Verify says what the model says, and its repair brings what events lost. */
export async function mended(on: Play, promised: Promised): Promise<readonly string[]> {
  const { deletes, hashes, readings } = promised
  const lost = new Set(on.lost)
  on.lost.clear()
  const before = await broken(on, promised)
  const report = await on.repair({
    deletes: deletes === 'mixed' ? 'soft' : deletes,
    ...(hashes ? { hashFields } : {}),
  })
  // What it read is not known here.
  readings.take([], { modes: {}, died: false, unwatched: true, tables: new Map(), ignoresDeletes: false })
  const found = report.tables.filter(({ status }) => status !== 'equal')
  const told = found.map(({ stream, status, reason }) => `verify: ${stream} is ${status}: ${reason}`)
  const healed = report.tables.reduce((sum, { repaired }) => sum + repaired, 0)
  if (before.length > 0 && healed === 0) told.push(`verify found nothing where there is:`, ...before)
  if (before.length === 0 && healed > 0) told.push(`verify repaired ${healed} rows where nothing was wrong`)
  for (const line of await broken(on, promised)) told.push(`after the repair: ${line}`)
  for (const id of lost) on.lost.add(id)
  return told
}

/** All rows of some tables, and of those beside them, in one order. */
export async function contents(on: Play, streams: readonly string[]): Promise<readonly (readonly Row[])[]> {
  const tables = streams.map(dataTable).flatMap((table) => [loadTable(table), historyTable(table)])
  const all: (readonly Row[])[] = []
  for (const table of tables) {
    const keyOf = keyReader([...table.key, '_version'], table.columns)
    const keyed = (await on.read(table)).map((row) => [keyOf(row), row] as const)
    all.push(keyed.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row))
  }
  return all
}

/** The objects that have a row, marked or not. */
export async function keysOf(on: Play, stream: string): Promise<ReadonlySet<string>> {
  const { columns, key } = dataTable(stream)
  const keyOf = keyReader(key, columns)
  return new Set((await on.read(loadTable(dataTable(stream)))).map((row) => keyOf(row.slice(4))))
}

async function brokenTable(
  on: Play,
  stream: string,
  promised: Promised,
  carriedOn: boolean,
): Promise<readonly string[]> {
  const { modes, deletes, hashes, readings, keys } = promised
  const table = dataTable(stream)
  const mode = modes[stream] ?? 'incremental'
  const rows = await on.read(mode === 'append' ? appendTable(table) : loadTable(table))
  const lines: string[] = []
  const say = (what: string) => void lines.push(`${stream}: ${what}`)

  const newest = mode === 'append' ? newestOf(stream, rows) : rows
  const alive = newest.filter((row) => (row[3] ?? null) === null)
  lines.push(
    ...(await untrue(
      on.sandbox,
      stream,
      table.columns.map(({ name }) => name),
      alive.map((row) => row.slice(4)),
      {
        // Listed whole by the last run: nothing can have been overlooked.
        ...(isListedWhole(stream, modes) && !carriedOn ? {} : { overlooked: on.lost }),
        ...(deletes === 'ignore' ? { staying: on.gone } : {}),
        shown: hashes ? hashed(stream) : undefined,
      },
    )),
  )
  const marked = newest.length - alive.length
  if (deletes === 'ignore' && marked > 0) say(`${marked} rows are marked, and deletions were to be ignored`)
  if (deletes === 'hard' && mode !== 'append' && marked > 0) say(`${marked} rows are marked, not removed`)
  const keyOf = keyReader(table.key, table.columns)
  if (new Set(newest.map((row) => keyOf(row.slice(4)))).size < newest.length) say('keys are there twice')
  if (deletes === 'soft' || deletes === 'ignore') {
    const there = new Set(newest.map((row) => keyOf(row.slice(4))))
    for (const key of keys.get(stream) ?? []) if (!there.has(key)) say(`the row of ${key} went`)
  }
  if (mode === 'append') lines.push(...brokenVersions(stream, rows, readings.of(stream)))
  if (mode === 'history') {
    const intervals = await on.read(historyTable(table))
    const staying = deletes === 'ignore' ? on.gone : new Set<string>()
    lines.push(...brokenIntervals(stream, intervals, alive, readings.of(stream), staying))
  }
  return lines
}

/** The stream or one above it. */
export function isListedWhole(stream: string, modes: Readonly<Record<string, Mode>>): boolean {
  const { parent } = streamOf(stream)
  return modes[stream] === 'full_refresh' || (parent !== undefined && isListedWhole(parent.stream, modes))
}

/** Whether every run reads the stream whole: it, one above it, or one below it, for a list is read with all it has. */
export function isReadAnew(stream: string, modes: Readonly<Record<string, Mode>>): boolean {
  return Object.keys(modes).some((other) => modes[other] === 'full_refresh' && topOf(other) === topOf(stream))
}

function topOf(stream: string): string {
  const { parent } = streamOf(stream)
  return parent ? topOf(parent.stream) : stream
}

/** The newest row of each object of a table of versions. */
function newestOf(stream: string, rows: readonly Row[]): readonly Row[] {
  const table = appendTable(dataTable(stream))
  const keyOf = keyReader(objectKey(table), table.columns)
  const newest = new Map<string, Row>()
  for (const row of rows) {
    const known = newest.get(keyOf(row))
    if (!known || Number(known[1]) < Number(row[1])) newest.set(keyOf(row), row)
  }
  return [...newest.values()]
}

/** Every version that was read once, as it was read, and nothing else but what was found gone. */
function brokenVersions(
  stream: string,
  rows: readonly Row[],
  { must, may, prunes, unwatched }: Shown,
): readonly string[] {
  const { columns, key } = dataTable(stream)
  const keyOf = keyReader(key, columns)
  const lines: string[] = []
  const there = new Map<string, Row>()
  for (const row of rows) {
    const object = keyOf(row.slice(4))
    const place = placeOf(object, Number(row[1]))
    if (there.has(place)) lines.push(`${stream} ${object}: version ${row[1]} is there twice`)
    there.set(place, row)
    if (unwatched || may.has(place) || ((row[3] ?? null) !== null && prunes.has(Number(row[1])))) continue
    lines.push(`${stream} ${object}: version ${row[1]} was never read`)
  }
  for (const [place, { key: object, version, op, row }] of must) {
    const found = there.get(place)
    if (!found) lines.push(`${stream} ${object}: version ${version} was read, and is missing`)
    else if (((found[3] ?? null) !== null) !== (op === 'delete'))
      lines.push(`${stream} ${object}: version ${version} is ${op === 'delete' ? 'no' : 'a'} deletion`)
    else if (op === 'upsert' && row && !sameCells(columns, row, found.slice(4)))
      lines.push(`${stream} ${object}: version ${version} is not what was read`)
  }
  return lines
}

/** What a table shows of its hashed fields; by Node's own HMAC. */
function hashed(stream: string): ((column: CatalogColumn, value: unknown) => unknown) | undefined {
  const fields: readonly string[] | undefined = (hashFields as Readonly<Record<string, readonly string[]>>)[
    stream
  ]
  const hash = (value: unknown) =>
    typeof value === 'string' ? createHmac('sha256', hashKey).update(value).digest('hex') : value
  return (column, value) => {
    const at = column.path.join('.')
    if (fields?.includes(at)) return hash(value)
    const [leaf] = (fields ?? []).flatMap((field) =>
      field.startsWith(`${at}.`) ? [field.slice(at.length + 1)] : [],
    )
    if (leaf === undefined || typeof value !== 'object' || value === null || !(leaf in value)) return value
    return { ...value, [leaf]: hash((value as Readonly<Record<string, unknown>>)[leaf]) }
  }
}
