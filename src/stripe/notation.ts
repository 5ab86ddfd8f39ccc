/**
 * One column of the catalog as one short line, so that the generated file stays small and its changes
 * can be read in a diff:
 *
 *     amount_due integer
 *     automatic_tax.liability.account text? expandable
 *     discount.id text? as discount_id_2
 *     @checkout_session text
 *
 * The path, joined by dots, gives the name, joined by underscores; `as` gives another one; `@` is a column
 * without a path; `?` says nullable.
 */
import type { ColumnType } from '../core/model.ts'
import type { CatalogColumn } from './catalog.ts'

const types: ReadonlySet<string> = new Set<ColumnType>([
  'text',
  'integer',
  'decimal',
  'float',
  'boolean',
  'timestamp',
  'date',
  'json',
])
const isType = (word: string): word is ColumnType => types.has(word)

export function formatColumn(column: CatalogColumn): string {
  const { name, path, type, nullable, expandable } = column
  const place = path.length === 0 ? `@${name}` : path.join('.')
  const words = [place, `${type}${nullable ? '?' : ''}`]
  if (expandable) words.push('expandable')
  if (path.length > 0 && name !== path.join('_')) words.push('as', name)
  return words.join(' ')
}

/** Throws when the line is none of `formatColumn`'s: the file was edited by hand. */
export function parseColumn(line: string): CatalogColumn {
  const [place = '', typed = '', ...rest] = line.split(' ')
  const nullable = typed.endsWith('?')
  const type = nullable ? typed.slice(0, -1) : typed
  const expandable = rest[0] === 'expandable'
  const [as, renamed] = expandable ? rest.slice(1) : rest
  if (!place || !isType(type) || (as !== undefined && (as !== 'as' || !renamed))) {
    throw new Error(`not a column: ${line}`)
  }
  const path = place.startsWith('@') ? [] : place.split('.')
  const name = renamed ?? (place.startsWith('@') ? place.slice(1) : path.join('_'))
  return { name, path, type, nullable, ...(expandable ? { expandable } : {}) }
}
