/** Which destination an address means. Each one's code is loaded only when it is used. */
import { resolve } from 'node:path'
import { ConfigError } from '../core/errors.ts'
import type { Destination } from '../core/model.ts'
import { nearest } from '../core/nearest.ts'

interface Entry {
  readonly example: string
  /** How a bare path ends that means this destination. */
  readonly endings?: readonly string[]
  /** Another sign of a bare path that means it. */
  readonly sign?: RegExp
  /** Its place is a path of this machine. */
  readonly isPath?: true
  readonly import: () => Promise<Destination>
}

const entries: Readonly<Record<string, Entry>> = {
  duckdb: {
    isPath: true,
    example: 'duckdb:./warehouse.duckdb',
    endings: ['.duckdb', '.ddb'],
    import: async () => (await import('./duckdb.ts')).duckdb,
  },
  files: {
    isPath: true,
    example: 'files:./folder?format=parquet',
    sign: /[?&]format=/,
    import: async () => (await import('./files.ts')).files,
  },
  s3: {
    example: 's3://bucket/prefix?format=parquet',
    import: async () => (await import('./files.ts')).s3,
  },
  az: {
    example: 'az://container/prefix?format=parquet',
    import: async () => (await import('./files.ts')).azure,
  },
  gs: {
    example: 'gs://bucket/prefix?format=parquet',
    import: async () => (await import('./files.ts')).google,
  },
  postgres: {
    example: 'postgres://user:password@host/database',
    import: async () => (await import('./postgres.ts')).postgres,
  },
  sqlite: {
    isPath: true,
    example: 'sqlite:./warehouse.db',
    endings: ['.sqlite', '.sqlite3', '.db'],
    import: async () => (await import('./sqlite.ts')).sqlite,
  },
  memory: {
    example: 'memory:name',
    import: async () => (await import('./memory.ts')).memory,
  },
}

/** Other names of schemes. */
const aliases: ReadonlyMap<string, string> = new Map([['postgresql', 'postgres']])

/** Addresses as they are written, for help and errors. */
export const destinationExamples: readonly string[] = Object.values(entries).map(({ example }) => example)

/** How a person writes a table of an integration in a warehouse of that kind: `acme.invoices`. */
export function called({ caps }: Destination, integration: string, table: string): string {
  return caps.called?.(integration, table) ?? `${integration}.${table}`
}

/** What belongs to a table as the warehouse lists it; `byCalled`: by what people call it there. */
export function standingAt<T>(
  byCalled: ReadonlyMap<string, T>,
  schema: string,
  table: string,
): T | undefined {
  // Where there are no schemas, the name says whose it is.
  return byCalled.get(`${schema}.${table}`) ?? byCalled.get(table)
}

/** Which one an address means, by its scheme or by the path that it is. */
function entryFor(address: string): {
  readonly entry: Entry | undefined
  readonly scheme: string | undefined
} {
  const said = /^([a-z][a-z0-9+.-]*):/i.exec(address)?.[1]?.toLowerCase()
  const scheme = said && (aliases.get(said) ?? said)
  const entry =
    scheme === undefined
      ? Object.values(entries).find(
          ({ endings = [], sign }) =>
            endings.some((ending) => bare(address).endsWith(ending)) || sign?.test(address),
        )
      : Object.hasOwn(entries, scheme)
        ? entries[scheme]
        : undefined
  return { entry, scheme }
}

/** The address with a path that begins in `folder`, where it is a path that does not say where it begins. */
export function anchored(address: string, folder: string): string {
  if (!entryFor(address).entry?.isPath) return address
  const [, scheme = '', path = '', settings = ''] = /^([a-z]+:)?([^?]*)(.*)$/is.exec(address) ?? []
  return path === '' ? address : `${scheme}${resolve(folder, path)}${settings}`
}

/** The destination of an address. Throws `ConfigError`, suggesting the nearest, when there is none. */
export async function destinationFor(address: string): Promise<Destination> {
  const { entry, scheme } = entryFor(address)
  if (entry) return entry.import()

  const examples = destinationExamples.join(', ')
  if (scheme === undefined) {
    throw new ConfigError(`${JSON.stringify(address)} is no address of a destination`, {
      cure: `write a scheme before it, for example ${examples}`,
    })
  }
  const meant = nearest(scheme, Object.keys(entries))
  throw new ConfigError(`there is no destination called ${scheme}`, {
    cure: meant ? `did you mean ${meant}: (${entries[meant]?.example})?` : `known are ${examples}`,
  })
}

function bare(address: string): string {
  return (address.split('?', 1)[0] ?? '').toLowerCase()
}
