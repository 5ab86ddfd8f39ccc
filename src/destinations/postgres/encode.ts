/**
 * Rows in PostgreSQL's binary COPY format (the manual's "COPY", Binary Format; types as their `_send` functions write
 * them). A third faster than text: nothing is escaped here and nothing is parsed there.
 */
import type { Cell, ColumnType, Row } from '../../core/model.ts'
import { escapeJson, escapeText } from './escape.ts'

/** Bytes gathered before they are handed over. */
const chunkSize = 65_536

/** Signature, flags, no header extension. */
export const header = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1')
export const trailer = Buffer.from([0xff, 0xff])

/** Where bytes are written; there is room for as many after `at` as `room` was asked for before. */
export interface Sink {
  buffer: Buffer
  /** Of the buffer. */
  view: DataView
  at: number
}

/** Writes rows one after the other, each whole in one buffer. */
export interface RowWriter {
  /** The last row is from `start` to `at`. */
  readonly sink: Sink & { start: number }
  /**
   * Writes the row's cells at the positions, each of its type. Throws a `TypeError` for a cell that is not of its column's
   * type or that the type cannot hold exactly.
   */
  write(row: Row): void
}

/** `full` is given each buffer that has no more room, up to its last whole row. */
export function rowWriter(
  positions: readonly number[],
  types: readonly ColumnType[],
  full: (rows: Buffer) => void,
): RowWriter {
  const writers = types.map((type) => writeCell[type])
  const sink = { ...emptySink(chunkSize), start: 0 }
  const room = (bytes: number) => {
    if (sink.at + bytes <= sink.buffer.length) return
    const { buffer, start, at } = sink
    if (start > 0) full(buffer.subarray(0, start))
    // The row that is being written goes along.
    Object.assign(sink, emptySink(Math.max((at - start) * 2 + bytes, chunkSize)), { start: 0 })
    sink.at = buffer.copy(sink.buffer, 0, start, at)
  }
  return {
    sink,
    write(row) {
      sink.start = sink.at
      room(2)
      sink.view.setInt16(sink.at, positions.length)
      sink.at += 2
      for (let i = 0; i < positions.length; i++) {
        const cell = row[positions[i] ?? -1]
        if (cell === null || cell === undefined) {
          room(4)
          writeLength(sink, -1)
        } else {
          writers[i]?.(sink, room, cell)
        }
      }
    },
  }
}

/** The rows in chunks, as a whole COPY. Throws as `RowWriter.write`. */
export function* encoded(
  rows: readonly Row[],
  positions: readonly number[],
  types: readonly ColumnType[],
): Generator<Buffer> {
  const full: Buffer[] = []
  const { sink, write } = rowWriter(positions, types, (chunk) => void full.push(chunk))
  yield header
  for (const row of rows) {
    write(row)
    if (full.length > 0) yield* full.splice(0)
  }
  yield sink.buffer.subarray(0, sink.at)
  yield trailer
}

function emptySink(bytes: number): Sink {
  const buffer = Buffer.allocUnsafe(bytes)
  return { buffer, view: new DataView(buffer.buffer, buffer.byteOffset, buffer.length), at: 0 }
}

type Write = (sink: Sink, room: (bytes: number) => void, cell: Exclude<Cell, null>) => void

const writeCell: Readonly<Record<ColumnType, Write>> = {
  text(sink, room, cell) {
    const text = string(cell)
    // A character of UTF-16 takes three bytes at most.
    room(4 + text.length * 3)
    const start = sink.at
    sink.at += 4
    if (!writePlain(sink, text, -1)) {
      sink.at = start
      return writeText(sink, room, escapeText(text))
    }
    sink.view.setInt32(start, sink.at - start - 4)
  },

  /** jsonb as its first version: a byte, and the text. */
  json(sink, room, cell) {
    const text = string(cell)
    room(5 + text.length * 3)
    const start = sink.at
    sink.buffer[start + 4] = 1
    sink.at += 5
    if (!writePlain(sink, text, backslash)) {
      sink.at = start
      return writeText(sink, room, escapeJson(text), 1)
    }
    sink.view.setInt32(start, sink.at - start - 4)
  },

  integer(sink, room, cell) {
    room(12)
    writeLength(sink, 8)
    if (typeof cell === 'bigint') sink.at = sink.buffer.writeBigInt64BE(cell, sink.at)
    else if (Number.isSafeInteger(cell)) writeInteger(sink, cell as number)
    else throw new TypeError(`not an exact integer: ${String(cell)}`)
  },

  float(sink, room, cell) {
    if (typeof cell !== 'number') throw new TypeError(`not a number: ${typeof cell}`)
    room(12)
    writeLength(sink, 8)
    sink.view.setFloat64(sink.at, cell)
    sink.at += 8
  },

  boolean(sink, room, cell) {
    if (typeof cell !== 'boolean') throw new TypeError(`not a boolean: ${typeof cell}`)
    room(5)
    writeLength(sink, 1)
    sink.buffer[sink.at++] = cell ? 1 : 0
  },

  timestamp(sink, room, cell) {
    if (!Number.isSafeInteger(cell)) throw new TypeError(`not a timestamp in microseconds: ${String(cell)}`)
    room(12)
    writeLength(sink, 8)
    writeTime(sink, cell as number)
  },

  date(sink, room, cell) {
    room(8)
    writeLength(sink, 4)
    writeLength(sink, daysFrom2000(string(cell)))
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

/** The bytes of a value that follow, or -1 for a null. */
function writeLength(sink: Sink, length: number): void {
  sink.view.setInt32(sink.at, length)
  sink.at += 4
}

function writeText(sink: Sink, room: (bytes: number) => void, text: string, version?: number): void {
  room(5 + text.length * 3)
  const start = sink.at
  sink.at += 4
  if (version !== undefined) sink.buffer[sink.at++] = version
  sink.at += sink.buffer.write(text, sink.at, 'utf8')
  sink.view.setInt32(start, sink.at - start - 4)
}

/** Longer texts are quicker looked through and copied by the engine. */
const short = 48
const backslash = 92

/**
 * Writes a short text that needs no escape, of letters of one or two bytes: most are ids, words and addresses, for which
 * four calls into the engine take thrice as long. False when it is none; what was written is to be written over.
 */
function writePlain(sink: Sink, text: string, escaped: number): boolean {
  if (text.length > short) return false
  const { buffer } = sink
  let { at } = sink
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0 || code > 0x7ff || code === escaped) return false
    if (code < 0x80) {
      buffer[at++] = code
    } else {
      buffer[at++] = 0xc0 | (code >> 6)
      buffer[at++] = 0x80 | (code & 0x3f)
    }
  }
  sink.at = at
  return true
}

/** A time in microseconds since 1970, as its eight bytes. */
export function writeTime(sink: Sink, microseconds: number): void {
  writeInteger(sink, microseconds - microsecondsTo2000)
}

/** A safe integer as 64 bits, without the cost of a bigint. */
function writeInteger(sink: Sink, value: number): void {
  const high = Math.floor(value / 4_294_967_296)
  sink.view.setInt32(sink.at, high)
  sink.view.setUint32(sink.at + 4, value - high * 4_294_967_296)
  sink.at += 8
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
