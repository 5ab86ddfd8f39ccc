/** What Stripe sends besides what the catalog says: counted by stream and field, told once. */
import type { Drift, RunEvent } from '../core/model.ts'
import { rawNumber } from './json.ts'

/** One value of one row that no column holds. */
export interface Drifted {
  /** Of an unknown field its place, joined with dots; of a misfit the column, or the place where there is none. */
  readonly field: string
  readonly kind: Drift['kind']
  readonly type: string
}

export interface DriftWatch {
  /** What to tell of the stream's rows. `kept`: the table has `_extra`. */
  on(stream: string, kept: boolean): (drifted: Drifted) => void
  /** All that was seen so far, in the order in which it was. */
  of(stream: string): readonly Drift[]
}

/** Fields of one stream that are counted: an object with names of its own in place of fields could have any number. */
const most = 200

/** Reports a field at the first value of it that is not null. */
export function driftWatch(report: (event: RunEvent) => void): DriftWatch {
  const seen = new Map<string, Map<string, Counted>>()

  return {
    on(stream, kept) {
      const fields = new Map<string, Counted>()
      seen.set(stream, fields)
      return ({ field, kind, type }) => {
        // Without `_extra` the fields were chosen by name, and no other is asked for.
        if (!kept && kind === 'unknown') return
        const id = `${kind} ${field}`
        let entry = fields.get(id)
        if (!entry) {
          if (fields.size >= most) return
          entry = { field, kind, types: new Set(), rows: 0 }
          fields.set(id, entry)
        }
        entry.rows++
        if (type === 'null') return
        if (entry.types.size === 0) {
          const message = sentence({ field, kind, type }, kept)
          // What is kept is all well; a column that lacks a value is not.
          report({ type: 'log', level: kind === 'misfit' ? 'warn' : 'info', message, stream })
        }
        entry.types.add(type)
      }
    },
    of: (stream) =>
      [...(seen.get(stream)?.values() ?? [])].map(({ field, kind, types, rows }) => ({
        field,
        kind,
        type: types.size > 0 ? [...types].join(' or ') : 'null',
        rows,
      })),
  }
}

interface Counted {
  readonly field: string
  readonly kind: Drift['kind']
  readonly types: Set<string>
  rows: number
}

/** Without the stream's name. */
function sentence({ field, kind, type }: Drifted, kept: boolean): string {
  if (kind === 'unknown') {
    return `a field that the catalog does not know: ${field} (${type}); its values are in _extra`
  }
  const where = kept ? 'such values are in _extra' : 'such values are lost, as _extra is not among the fields'
  return `values that do not fit ${field}: ${type}; ${where}`
}

/** The type of a JSON value, in a word: integers apart from other numbers, times in Stripe's way being integers. */
export function jsonType(value: unknown): string {
  if (value === null || value === undefined) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'string') return 'text'
  const digits = typeof value === 'number' ? String(value) : rawNumber(value)
  if (digits !== undefined) return /^-?\d+$/.test(digits) ? 'integer' : 'number'
  return typeof value
}
