import { basename, extname } from 'node:path'

/**
 * What to know when a DuckDB file has the name of its integration: to a program that opens `acme.duckdb`,
 * `acme.invoices` may be a table of the schema or of the database, and DuckDB refuses to choose. Undefined otherwise.
 */
export function sameNameHint(address: string, integration: string): string | undefined {
  const file = basename(address.replace(/^duckdb:/, '').split('?', 1)[0] ?? '')
  if (basename(file, extname(file)).toLowerCase() !== integration.toLowerCase()) return undefined
  return `in ${file}, a program that opens the file itself must write ${integration}.${integration}.invoices; \`sluice query\` need not`
}
