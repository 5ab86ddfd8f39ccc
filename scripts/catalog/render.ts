/** The two files that the generator writes, as text. */
import type { Catalog, StoredCatalog } from '../../src/stripe/catalog.ts'

/** JSON with a property of a stream per line and a column per line, so that a diff says what changed. */
export function renderJson({ apiVersion, streams }: StoredCatalog): string {
  const blocks = streams.map((stream) => {
    const { columns, ...facts } = stream
    const properties = Object.entries(facts).map(
      ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
    )
    const lines = columns.map((column) => `  ${JSON.stringify(column)}`).join(',\n')
    return `{${properties.join(',\n')},\n"columns": [\n${lines}\n]}`
  })
  return `{"apiVersion": ${JSON.stringify(apiVersion)},\n"streams": [\n${blocks.join(',\n')}\n]}\n`
}

/** Every stream and column with its type, for people: what an upgrade of the package changes is its diff. */
export function renderGolden({ apiVersion, streams }: Catalog): string {
  const blocks = streams.map(({ name, path, key, columns, withheld = [] }) => {
    const lines = columns.map((column) => {
      const marks = [
        column.nullable ? '' : 'not null',
        key.includes(column.name) ? 'key' : '',
        column.expandable ? 'expandable' : '',
        withheld.includes(column.name) ? 'withheld' : '',
      ]
      return `  ${[column.name, column.type, ...marks].filter(Boolean).join(' ')}`
    })
    return [`${name}  ${path}`, ...lines].join('\n')
  })
  return `${apiVersion}, ${streams.length} streams\n\n${blocks.join('\n\n')}\n`
}
