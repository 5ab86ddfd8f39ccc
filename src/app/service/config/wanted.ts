/** What a file asks for, with its references followed and its shorthands written out. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../../../core/errors.ts'
import { resolveStreams } from '../../../stripe/selection.ts'
import { redact } from '../../redact.ts'
import type { DestinationInput } from '../resources/destination.ts'
import type { IntegrationInput } from '../resources/integration.ts'
import { type Selection, tableSelection } from '../resources/selection.ts'
import type { SourceInput } from '../resources/source.ts'
import type { ConfigIntegration, Secret } from './file.ts'
import { type ReadConfig, wrong } from './read.ts'

/** An account that is connected stays so: no file has what connects it. */
export type WantedSource =
  | Exclude<SourceInput, { kind: 'oauth' }>
  | Omit<Extract<SourceInput, { kind: 'oauth' }>, 'grant_id'>

export interface WantedIntegration extends Omit<IntegrationInput, 'destination_id' | 'source'> {
  readonly source: WantedSource
  readonly destination: string
  readonly paused: boolean | undefined
}

export interface Wanted {
  readonly destinations: readonly DestinationInput[]
  readonly integrations: readonly WantedIntegration[]
}

export interface References {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Relative files are looked for here. */
  readonly folder: string
  /** Whether secrets may stand in the file itself. */
  readonly inline: boolean
}

/** Throws one `ConfigError` for all references that lead nowhere and secrets that stand in the file. */
export function wantedOf({ config, where }: ReadConfig, references: References): Wanted {
  const problems: string[] = []
  const at = <T>(path: readonly string[], work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      problems.push(`${where(path)}: ${error.message}`)
      return otherwise
    }
  }
  const destinations = Object.entries(config.destinations).map(([name, { address }]) => ({
    name,
    address: at(['destinations', name, 'address'], () => opened(address, references, hasPassword), ''),
  }))
  const integrations = Object.entries(config.integrations).map(([name, one]): WantedIntegration => {
    const { tables, deletes, new_fields, source, ...rest } = one
    return {
      ...rest,
      name,
      paused: one.paused,
      source:
        source.kind === 'demo' || source.kind === 'oauth'
          ? source
          : {
              ...source,
              kind: 'key',
              api_key: at(
                ['integrations', name, 'source', 'api_key'],
                () => opened(source.api_key, references, () => true),
                'none',
              ),
            },
      selection: { tables: tablesOf(tables), deletes, new_fields },
    }
  })
  if (problems.length > 0) throw wrong(problems)
  return { destinations, integrations }
}

/** Written out in the catalog's order where a word stands for many. */
function tablesOf(tables: ConfigIntegration['tables']): Selection['tables'] {
  const list = typeof tables === 'string' ? resolveStreams(tables).map(({ name }) => name) : tables
  return list.map((table) => tableSelection.parse(typeof table === 'string' ? { name: table } : table))
}

const hasPassword = (text: string) => redact(text) !== text

function opened(
  secret: Secret,
  { env, folder, inline }: References,
  isSecret: (text: string) => boolean,
): string {
  if (typeof secret === 'string') {
    if (inline || !isSecret(secret)) return secret.trim()
    throw new ConfigError(
      'a secret stands in the file: write { env: NAME } or { file: path }, or allow it with --allow-inline-secrets',
    )
  }
  if ('env' in secret) {
    const found = env[secret.env]?.trim()
    if (!found) throw new ConfigError(`${secret.env} is not set in the environment`)
    return found
  }
  const path = resolve(folder, secret.file)
  const found = contentOf(path, secret.file).trim()
  if (!found) throw new ConfigError(`${secret.file} is empty`)
  return found
}

function contentOf(path: string, shown: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new ConfigError(`${shown} cannot be read: ${code ?? 'it is no file'}`)
  }
}
