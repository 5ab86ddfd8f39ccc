/** How much of what was read may wait to be written: for one packer, or shared by several. */
export interface Limits {
  readonly rows: number
  readonly bytes: number
}

/** What one packer has in a room. */
export interface Share {
  rows: number
  bytes: number
}

export interface Room {
  /** More would be too much. */
  readonly full: boolean
  enter(): Share
  /** Forgets what the share holds. */
  leave(share: Share): void
}

export function room(limits: Limits): Room {
  const shares = new Set<Share>()
  const sum = (of: (share: Share) => number) => [...shares].reduce((all, share) => all + of(share), 0)
  return {
    get full() {
      return sum(({ rows }) => rows) >= limits.rows || sum(({ bytes }) => bytes) >= limits.bytes
    },
    enter() {
      const share = { rows: 0, bytes: 0 }
      shares.add(share)
      return share
    },
    leave: (share) => void shares.delete(share),
  }
}
