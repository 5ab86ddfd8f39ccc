/** The kinds of warehouses, with an address to start from. */
export const kinds = [
  {
    value: 'duckdb',
    label: 'DuckDB file',
    example: 'duckdb:./warehouse.duckdb',
    about: 'A file on the machine of the service; nothing to install',
  },
  {
    value: 'postgres',
    label: 'PostgreSQL',
    example: 'postgres://user:password@host:5432/database',
    about: 'PostgreSQL 13 to 18, also Supabase, Neon, RDS. The password is stored encrypted',
  },
  {
    value: 'sqlite',
    label: 'SQLite file',
    example: 'sqlite:./warehouse.db',
    about: 'A file on the machine of the service',
  },
  {
    value: 'files',
    label: 'Files: Parquet, JSONL, CSV',
    example: 'files:./lake?format=parquet',
    about: 'A folder, or a bucket: s3://bucket/prefix, gs://bucket/prefix, az://container/prefix',
  },
] as const

export function kindOf(address: string): (typeof kinds)[number] {
  const scheme = address.split(':')[0] ?? ''
  const name = { postgresql: 'postgres', s3: 'files', gs: 'files', az: 'files' }[scheme] ?? scheme
  return kinds.find(({ value }) => value === name) ?? kinds[0]
}
