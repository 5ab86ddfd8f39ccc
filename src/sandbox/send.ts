/** Writes an answer, compressed where the client takes it; or breaks it off, as a fault asks. */
import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { constants, gzip, gzipSync } from 'node:zlib'
import { giveBack } from './page-bytes.ts'

const compress = promisify(gzip)
/**
 * Fastest setting, half of the usual memory, and a page in one piece; 400 KB take about 1.5 ms, off the main thread. What
 * is made anew for each page counts when V8 decides to collect (page-bytes.ts): with all memory 14% fewer bytes, a third more time.
 */
const fast = { level: constants.Z_BEST_SPEED, windowBits: 14, memLevel: 8, chunkSize: 96 * 1024 }

/** Up to here a trip to another thread, and memory for a page, cost more than to compress: 55 µs against 200 for 20 KB. */
const little = {
  bytes: 64 * 1024,
  settings: { level: constants.Z_BEST_SPEED, windowBits: 14, memLevel: 7, chunkSize: 16 * 1024 },
}

const zip = async (plain: Buffer): Promise<Buffer> =>
  plain.length <= little.bytes ? gzipSync(plain, little.settings) : compress(plain, fast)

export interface Send {
  status: number
  body: string | Buffer
  readonly headers: Record<string, string>
  readonly gzip: boolean
}

/**
 * `reset_body`: half of the bytes, then the connection is reset. `truncate`: half of the bytes as if they
 * were all: the connection stays, what is in it cannot be read.
 */
export async function send(
  response: ServerResponse,
  { status, body, headers, gzip: zipped }: Send,
  broken?: 'reset_body' | 'truncate',
): Promise<void> {
  const small = body.length < 1000
  const plain = typeof body === 'string' ? Buffer.from(body) : body
  const bytes = zipped && !small ? await zip(plain) : plain
  if (bytes !== plain && body === plain) giveBack(plain)
  if (zipped && !small) headers['content-encoding'] = 'gzip'
  headers.vary = 'accept-encoding'
  const half = bytes.subarray(0, bytes.length >> 1)
  headers['content-length'] = String(broken === 'truncate' ? half.length : bytes.length)
  response.writeHead(status, headers)
  if (broken !== 'reset_body') {
    response.end(broken === 'truncate' ? half : bytes)
    return
  }
  // The half must have left before the reset, or the client sees no body at all.
  await new Promise<void>((resolve) => response.write(half, () => resolve()))
  response.socket?.resetAndDestroy()
}
