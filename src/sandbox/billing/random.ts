/** Cheap hashing instead of a random generator: any value can be computed on its own, in any order. */

/** A well mixed 32-bit number of a 32-bit number. */
export function mix(value: number): number {
  let x = value | 0
  x = Math.imul(x ^ (x >>> 16), 0x7feb352d)
  x = Math.imul(x ^ (x >>> 15), 0x846ca68b)
  return (x ^ (x >>> 16)) >>> 0
}

/** The hash of an object: `key` tells the seed and the stream, `index` may be any integer up to 2^53. */
export function hashIndex(key: number, index: number): number {
  const high = Math.floor(index / 0x1_0000_0000)
  return mix(mix(key ^ (index >>> 0)) + Math.imul(high, 0x9e3779b1))
}

/** The hash of a text, for keys of streams. */
export function hashText(text: string, seed: number): number {
  let h = mix(seed ^ text.length)
  for (let i = 0; i < text.length; i++) h = mix(h ^ text.charCodeAt(i))
  return h
}

/** A number in `[0, below)` for one field of an object: `field` is any small number, another one for each field. */
export function pick(hash: number, field: number, below: number): number {
  return mix(hash + Math.imul(field + 1, 0x9e3779b1)) % below
}

/** A generator for what is drawn in order, once, when a world is made. */
export function generator(seed: number): () => number {
  let state = mix(seed)
  return () => {
    state = (state + 0x9e3779b9) | 0
    return mix(state) / 0x1_0000_0000
  }
}
