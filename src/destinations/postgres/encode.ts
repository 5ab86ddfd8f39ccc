/**
 * Rows in PostgreSQL's binary COPY format (the manual's "COPY", Binary Format; types as their `_send` functions write
 * them). A third faster than text: nothing is escaped here and nothing is parsed there.
 */
import type { Cell, ColumnType, Row } from '../../core/model.ts'
import { escapeJson, escapeText } from './escape.ts'

/** Bytes gathered before they are handed over. */
const chunkSize = 65_536

/** Signature, flags, no header extension. */
const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
const trailer = Buffer.from([0xff, 0xff])

/** Where bytes are written; `buffer` has `room` bytes after `at` before each write. */
interface Sink {
  buffer: Buffer
  at: number
}

/**
 * The rows' cells at `positions`, each of its type, in chunks. Throws a `TypeError` for a cell that is not of its
 * column's type or that the type cannot hold exactly.
 */
export function* encoded(
  rows: readonly Row[],
  positions: readonly number[],
  types: readonly ColumnType[],
): Generator<Buffer> {
  const writers = types.map((type) => writeCell[type])
  const full: Buffer[] = []
  const sink: Sink = { buffer: Buffer.allocUnsafe(chunkSize), at: 0 }
  const room = (bytes: number) => {
    if (sink.at + bytes <= sink.buffer.length) return
    if (sink.at > 0) full.push(sink.buffer.subarray(0, sink.at))
    sink.buffer = Buffer.allocUnsafe(Math.max(bytes, chunkSize))
    sink.at = 0
  }
  yield header
  for (const row of rows) {
    room(2)
    sink.at = sink.buffer.writeInt16BE(positions.length, sink.at)
    for (let i = 0; i < positions.length; i++) {
      const cell = row[positions[i] ?? -1]
      if (cell === null || cell === undefined) {
        room(4)
        sink.at = sink.buffer.writeInt32BE(-1, sink.at)
      } else {
        writers[i]?.(sink, room, cell)
      }
    }
    if (full.length > 0) yield* full.splice(0)
  }
  yield sink.buffer.subarray(0, sink.at)
  yield trailer
}

type Write = (sink: Sink, room: (bytes: number) => void, cell: Exclude<Cell, null>) => void

const writeCell: Readonly<Record<ColumnType, Write>> = {
  text: (sink, room, cell) => writeText(sink, room, escapeText(string(cell))),
  // jsonb as its first version: a byte, and the text.
  json: (sink, room, cell) => writeText(sink, room, escapeJson(string(cell)), 1),

  integer(sink, room, cell) {
    room(12)
    sink.at = sink.buffer.writeInt32BE(8, sink.at)
    if (typeof cell === 'bigint') sink.at = sink.buffer.writeBigInt64BE(cell, sink.at)
    else if (Number.isSafeInteger(cell)) writeInteger(sink, cell as number)
    else throw new TypeError(`not an exact integer: ${String(cell)}`)
  },

  float(sink, room, cell) {
    if (typeof cell !== 'number') throw new TypeError(`not a number: ${typeof cell}`)
    room(12)
    sink.at = sink.buffer.writeInt32BE(8, sink.at)
    sink.at = sink.buffer.writeDoubleBE(cell, sink.at)
  },

  boolean(sink, room, cell) {
    if (typeof cell !== 'boolean') throw new TypeError(`not a boolean: ${typeof cell}`)
    room(5)
    sink.at = sink.buffer.writeInt32BE(1, sink.at)
    sink.at = sink.buffer.writeUInt8(cell ? 1 : 0, sink.at)
  },

  timestamp(sink, room, cell) {
    if (!Number.isSafeInteger(cell)) throw new TypeError(`not a timestamp in microseconds: ${String(cell)}`)
    room(12)
    sink.at = sink.buffer.writeInt32BE(8, sink.at)
    writeInteger(sink, (cell as number) - microsecondsTo2000)
  },

  date(sink, room, cell) {
    room(8)
    sink.at = sink.buffer.writeInt32BE(4, sink.at)
    sink.at = sink.buffer.writeInt32BE(daysFrom2000(string(cell)), sink.at)
  },

  decimal(sink, room, cell) {
    const [, sign, whole = '', places = ''] =
      /^(-?)(\d{1,26})(?:\.(\d{1,12}))?$/.exec(string(cell)) ??
      fail(`not a decimal of 26.12 digits: ${String(cell)}`)
    const left = whole.padStart(Math.ceil(whole.length / 4) * 4, '0')
    const right = places.padEnd(Math.ceil(places.length / 4) * 4, '0')
    const groups = `${left}${right}`.length / 4
    room(12 + groups * 2)
    const { buffer } = sink
    sink.at = buffer.writeInt32BE(8 + groups * 2, sink.at)
    sink.at = buffer.writeInt16BE(groups, sink.at)
    // The power of 10,000 that the first group counts.
    sink.at = buffer.writeInt16BE(left.length / 4 - 1, sink.at)
    sink.at = buffer.writeUInt16BE(sign === '-' ? 0x4000 : 0, sink.at)
    sink.at = buffer.writeInt16BE(places.length, sink.at)
    for (let group = 0; group < groups; group++) {
      sink.at = buffer.writeInt16BE(Number(`${left}${right}`.slice(group * 4, group * 4 + 4)), sink.at)
    }
  },
}

function writeText(sink: Sink, room: (bytes: number) => void, text: string, version?: number): void {
  // A character of UTF-16 takes three bytes at most.
  room(5 + text.length * 3)
  const start = sink.at
  sink.at += 4
  if (version !== undefined) sink.at = sink.buffer.writeUInt8(version, sink.at)
  sink.at += sink.buffer.write(text, sink.at, 'utf8')
  sink.buffer.writeInt32BE(sink.at - start - 4, start)
}

/** A safe integer as 64 bits, without the cost of a bigint. */
function writeInteger(sink: Sink, value: number): void {
  const high = Math.floor(value / 4_294_967_296)
  sink.at = sink.buffer.writeInt32BE(high, sink.at)
  sink.at = sink.buffer.writeUInt32BE(value - high * 4_294_967_296, sink.at)
}

const microsecondsTo2000 = 946_684_800_000_000
const daysTo2000 = 10_957

function daysFrom2000(text: string): number {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? fail(`not a date: ${text}`)
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  if (date.toISOString().slice(0, 10) !== text) throw new TypeError(`not a date: ${text}`)
  return date.getTime() / 86_400_000 - daysTo2000
}

function string(cell: Exclude<Cell, null>): string {
  if (typeof cell !== 'string') throw new TypeError(`not a string: ${typeof cell}`)
  return cell
}

function fail(message: string): never {
  throw new TypeError(message)
}
