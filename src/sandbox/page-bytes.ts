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
  return Buffer.from(scratch.subarray(0, length))
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
