/** Which listed object a row belongs to: itself, its parent, or its parent's parent. */
import { type Difference, dataOf, type Shape, type Stored, tableOf, type Upstream } from './compare.ts'
import type { Family, Member, Place } from './inspection.ts'
import type { Row } from './model.ts'
import { keyPositions } from './schema.ts'

export interface Lineage {
  /** From a difference between two sides to its listed object; undefined when no row tells. */
  places(upstream: Upstream, stored: Stored): (difference: Difference) => Place | undefined
  /** The rows of these listed objects and of what belongs to them. */
  only(upstream: Upstream, ids: readonly string[]): Upstream
}

/** `members`: parents before children, none without its parent (the family's top may be absent). */
export function lineageOf(shape: Shape, family: Family, members: readonly Member[]): Lineage {
  const byStream = new Map(members.map((member) => [member.stream, member]))
  const positions = new Map(
    members.map(({ stream, parent }) => {
      const table = tableOf(shape, stream)
      const at = (name: string | undefined) => table.columns.findIndex((column) => column.name === name)
      const keys = keyPositions(table)
      return [stream, { id: keys[keys.length - 1] ?? 0, parent: at(parent?.column), time: at(family.time) }]
    }),
  )
  const cell = (stream: string, what: 'id' | 'parent' | 'time', row: Row) =>
    row[positions.get(stream)?.[what] ?? -1] ?? null

  return {
    places(upstream, stored) {
      const rowOf = (stream: string, key: string): Row | undefined => {
        const [below] = stored.get(stream)?.get(key) ?? []
        return upstream.get(stream)?.get(key)?.row ?? (below && dataOf(below))
      }
      const indexes = new Map<string, Map<string, Row>>()
      /** Rows of a stream by their own id. */
      const index = (stream: string): ReadonlyMap<string, Row> => {
        const known = indexes.get(stream)
        if (known) return known
        const made = new Map<string, Row>()
        for (const [row] of stored.get(stream)?.values() ?? []) {
          if (row) made.set(String(cell(stream, 'id', dataOf(row))), dataOf(row))
        }
        for (const { row } of upstream.get(stream)?.values() ?? []) {
          made.set(String(cell(stream, 'id', row)), row)
        }
        indexes.set(stream, made)
        return made
      }
      return ({ stream, key }) => {
        let row = rowOf(stream, key)
        let member = byStream.get(stream)
        let id = row && cell(stream, 'id', row)
        while (row && member?.parent) {
          id = cell(member.stream, 'parent', row)
          const above = member.parent.stream
          row = index(above).get(String(id))
          member = byStream.get(above)
          if (above === family.top) break
        }
        if (typeof id !== 'string' || (member?.parent && !row)) return undefined
        const time = row && member && !member.parent ? cell(member.stream, 'time', row) : null
        return { id, ...(typeof time === 'number' ? { time } : {}) }
      }
    },

    only(upstream, ids) {
      const kept = new Map([[family.top, new Set(ids)]])
      return new Map(
        members.map(({ stream, parent }) => {
          const above = kept.get(parent?.stream ?? family.top)
          const rows = [...(upstream.get(stream) ?? [])].filter(([, { row }]) =>
            above?.has(String(cell(stream, parent ? 'parent' : 'id', row))),
          )
          if (parent) kept.set(stream, new Set(rows.map(([, { row }]) => String(cell(stream, 'id', row)))))
          return [stream, new Map(rows)]
        }),
      )
    },
  }
}
