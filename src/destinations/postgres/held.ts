/**
 * Rows as the bytes of a COPY from when they come until they are loaded: a tenth of the objects, and half of the memory, that
 * their cells would take, and nothing that V8 copies or looks through meanwhile. docs/decisions/0012-postgres.md
 */
import type { Cell, HeldRows, Row, Table } from '../../core/model.ts'
import { bookkeeping, keyPositions } from '../../core/schema.ts'
import { header, rowWriter, trailer, writeTime } from './encode.ts'
import type { Sending } from './stage.ts'

export interface Held extends HeldRows {
  /** The rows of these numbers, as loaded at a time (microseconds). */
  sending(numbers: readonly number[], syncedAt: number): Sending
}

const all = new WeakMap<HeldRows, Held>()

/** Rows that `hold` took in. Throws for another warehouse's: a bug. */
export function heldBy(rows: HeldRows): Held {
  const held = all.get(rows)
  if (!held) throw new Error('these rows are held by another warehouse')
  return held
}

/** Rows of a load's table. Throws for another one: a bug. */
export function hold(table: Table): Held {
  if (bookkeeping.some(({ name }, at) => table.columns[at]?.name !== name)) {
    throw new Error(`${table.name} is not a load's table`)
  }
  const given = table.columns.map((column, position) => ({ column, position }))
  const asked = [...keyPositions(table), bookkeeping.findIndex(({ name }) => name === '_version')]
  const cells = new Map(asked.map((position) => [position, [] as Cell[]]))
  /** Bytes of rows, the last ones in the writer's; and where each row is in them. */
  const full: Buffer[] = []
  const rows: { readonly chunk: number[]; readonly start: number[]; readonly end: number[] } = {
    chunk: [],
    start: [],
    end: [],
  }
  const { sink, write } = rowWriter(
    given.map(({ position }) => position),
    given.map(({ column }) => column.type),
    (chunk) => void full.push(chunk),
  )

  function* chunks(numbers: Iterable<number>, syncedAt: number): Generator<Buffer> {
    yield header
    const time = timeBytes(syncedAt)
    let [at, from, to] = [-1, 0, 0]
    const buffer = (chunk: number) => full[chunk] ?? sink.buffer
    for (const number of numbers) {
      const chunk = rows.chunk[number] ?? 0
      const start = rows.start[number] ?? 0
      setSyncedAt(buffer(chunk), start, time)
      // What lies side by side goes in one piece.
      if (chunk !== at || start !== to) {
        if (at >= 0) yield buffer(at).subarray(from, to)
        ;[at, from] = [chunk, start]
      }
      to = rows.end[number] ?? 0
    }
    if (at >= 0) yield buffer(at).subarray(from, to)
    yield trailer
  }

  const held: Held = {
    add(row: Row) {
      write(row)
      for (const [position, list] of cells) list.push(row[position] ?? null)
      rows.start.push(sink.start)
      rows.end.push(sink.at)
      return rows.chunk.push(full.length) - 1
    },
    sending: (numbers, syncedAt) => ({
      length: numbers.length,
      given,
      cell: (at, position) => cells.get(position)?.[numbers[at] ?? -1] ?? null,
      chunks: (late) => chunks(late ? numbers.filter((_, at) => !late.has(at)) : numbers, syncedAt),
    }),
  }
  all.set(held, held)
  return held
}

/** `_synced_at` stands after the number of columns, the account's text and the version, each after its length. */
function setSyncedAt(buffer: Buffer, start: number, time: Uint8Array): void {
  const at = start + 2 + 4 + buffer.readInt32BE(start + 2) + 12 + 4
  for (let i = 0; i < time.length; i++) buffer[at + i] = time[i] ?? 0
}

function timeBytes(microseconds: number): Uint8Array {
  const buffer = Buffer.alloc(8)
  writeTime({ buffer, view: new DataView(buffer.buffer, buffer.byteOffset, 8), at: 0 }, microseconds)
  return buffer
}
