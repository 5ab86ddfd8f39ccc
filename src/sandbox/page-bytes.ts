/**
 * A page's JSON as bytes. Each object is written by itself: a whole page as one string would be stored with
 * two bytes per letter for the sake of a single one outside of Latin-1, and cost twice the time to encode.
 */
import type { SandboxObject } from './world.ts'

/** Where pages are put together, one at a time; grows to the largest page. */
let scratch = Buffer.allocUnsafeSlow(1 << 20)

export function pageBytes(data: readonly SandboxObject[], hasMore: boolean, url: string): Buffer {
  let length = append('{"object":"list","data":[', 0)
  for (const [index, object] of data.entries()) {
    if (index > 0) length = append(',', length)
    length = append(JSON.stringify(object), length)
  }
  length = append(`],"has_more":${hasMore},"url":${JSON.stringify(url)}}`, length)
  const page = borrow(length)
  scratch.copy(page, 0, 0, length)
  return page
}

/**
 * Memory of pages that were sent. Each page would be memory outside of V8's heap, for which V8 looks through all of the heap
 * each time some 60 MB of it have come: a tenth of the sandbox's processor time.
 */
const idle: ArrayBuffer[] = []
const mostIdle = 16

function borrow(length: number): Buffer {
  const at = idle.findIndex(({ byteLength }) => byteLength >= length)
  const [memory = new ArrayBuffer(Math.ceil(length / 65_536) * 65_536)] = at < 0 ? [] : idle.splice(at, 1)
  return Buffer.from(memory, 0, length)
}

/** A page's bytes are used no more. Others must not hold them. */
export function giveBack(page: Buffer): void {
  if (idle.length < mostIdle && page.buffer instanceof ArrayBuffer) idle.push(page.buffer)
}

/** Writes a text at a place; returns the place after it. */
function append(text: string, at: number): number {
  // No letter takes more than three bytes per unit of a string.
  const most = at + text.length * 3
  if (most > scratch.length) {
    const larger = Buffer.allocUnsafeSlow(most * 2)
    scratch.copy(larger, 0, 0, at)
    scratch = larger
  }
  return at + scratch.write(text, at)
}
