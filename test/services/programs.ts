/** Where Debian and its like keep the programs of services. */
import { globSync } from 'node:fs'

function found(what: string, pattern: string, packageName: string): string {
  const [path] = globSync(pattern).sort().reverse()
  if (path === undefined) throw new Error(`${what} is not installed: apt-get install ${packageName}`)
  return path
}

export const postgresPrograms = (): string => found('PostgreSQL', '/usr/lib/postgresql/*/bin', 'postgresql')
export const pgbouncerProgram = (): string => found('PgBouncer', '/usr/sbin/pgbouncer', 'pgbouncer')
