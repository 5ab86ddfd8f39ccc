import type { Entry } from './pattern.ts'

/** One object of a stream that follows the pattern. */
export interface Spot<E extends Entry> {
  readonly entry: E
  readonly tile: number
}

/**
 * The objects of one stream, in order of time: cycle by cycle, in a cycle tile by tile, in a tile as the
 * pattern has them. A block of objects that are not of the pattern may stand in between (an import).
 */
export interface Lattice<E extends Entry> {
  /** The pattern's, by ordinal. */
  readonly entries: readonly E[]
  /** Objects that exist at the end of history. */
  readonly count: number
  index(entry: E, tile: number): number
  id(entry: E, tile: number): string
  created(entry: E, tile: number): number
  /** Whether it has happened by the end of history. */
  exists(entry: E, tile: number): boolean
  /** Undefined when the index lies in the block. */
  spot(index: number): Spot<E> | undefined
  /** The place within the block, or -1. */
  inBlock(index: number): number
  /** Index of the block's first object. */
  readonly blockStart: number
  createdAt(index: number): number
  idAt(index: number): string
  indexOf(id: string): number | undefined
}

export interface LatticeOptions<E extends Entry> {
  readonly entries: readonly E[]
  readonly tiles: number
  readonly cycles: number
  /** Unix seconds of an entry, given its cycle with the fraction of the tile; must not decrease. */
  readonly time: (cycle: number) => number
  readonly end: number
  readonly encode: (index: number) => string
  readonly decode: (id: string) => number | undefined
  /** `perSecond` objects in each second from `time`. */
  readonly block?: { readonly time: number; readonly count: number; readonly perSecond: number }
}

export function lattice<E extends Entry>(options: LatticeOptions<E>): Lattice<E> {
  const { entries, tiles, cycles, time, end } = options
  // first[c]: ordinal of the first entry in cycle c or later.
  const first = new Int32Array(cycles + 1)
  for (const entry of entries) {
    for (let c = entry.cycle + 1; c <= cycles; c++) first[c] = (first[c] ?? 0) + 1
  }
  const at = (c: number): number => first[c] ?? 0
  const total = entries.length * tiles

  const place = (entry: E, tile: number): number => {
    const from = at(entry.cycle)
    return tiles * from + tile * (at(entry.cycle + 1) - from) + entry.ordinal - from
  }
  const when = (entry: E, tile: number): number => time(entry.cycle + (tile + entry.delta) / tiles)
  const locate = (index: number): Spot<E> => {
    let low = 0
    let high = cycles
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (at(middle) * tiles <= index) low = middle
      else high = middle
    }
    // Cycles without entries begin where the next one does; the search ends at the last such, which has some.
    const from = at(low)
    const size = at(low + 1) - from
    const rest = index - from * tiles
    const tile = Math.floor(rest / size)
    const entry = entries[from + (rest - tile * size)]
    if (!entry) throw new RangeError(`no object ${index} in a stream of ${total}`)
    return { entry, tile }
  }
  /** How many objects of the pattern are created before `moment`. */
  const before = (moment: number): number => {
    let low = 0
    let high = total
    while (low < high) {
      const middle = Math.floor((low + high) / 2)
      const { entry, tile } = locate(middle)
      if (when(entry, tile) < moment) low = middle + 1
      else high = middle
    }
    return low
  }

  const ofPattern = before(end + 1)
  const blockCount = options.block?.count ?? 0
  const blockStart = options.block ? before(options.block.time) : ofPattern
  const blockTime = options.block?.time ?? 0
  const perSecond = options.block?.perSecond ?? 1
  const count = ofPattern + blockCount
  const index = (entry: E, tile: number): number => {
    const i = place(entry, tile)
    return i < blockStart ? i : i + blockCount
  }
  const inBlock = (i: number): number =>
    i >= blockStart && i < blockStart + blockCount ? i - blockStart : -1
  const spot = (i: number): Spot<E> | undefined =>
    i < blockStart ? locate(i) : i < blockStart + blockCount ? undefined : locate(i - blockCount)
  // The block takes some seconds when it is large; what happens meanwhile comes after it.
  const blockEnd = blockCount === 0 ? 0 : blockTime + Math.floor((blockCount - 1) / perSecond)

  return {
    entries,
    count,
    index,
    id: (entry, tile) => options.encode(index(entry, tile)),
    created(entry, tile) {
      const moment = when(entry, tile)
      return moment >= blockTime && moment < blockEnd ? blockEnd : moment
    },
    exists: (entry, tile) => place(entry, tile) < ofPattern,
    spot,
    inBlock,
    blockStart,
    createdAt(i) {
      const place = inBlock(i)
      if (place >= 0) return blockTime + Math.floor(place / perSecond)
      const s = spot(i)
      if (!s) return blockTime
      const moment = when(s.entry, s.tile)
      return moment >= blockTime && moment < blockEnd ? blockEnd : moment
    },
    idAt: options.encode,
    indexOf(id) {
      const i = options.decode(id)
      return i !== undefined && i < count ? i : undefined
    },
  }
}
