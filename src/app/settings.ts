/** What a person says about an integration, validated. */
import { z } from 'zod'
import { ConfigError } from '../core/errors.ts'
import type { Deletes, NewColumns, Sweep } from '../core/model.ts'
import { type StripeConfig, stripeConfigSchema } from '../stripe/config.ts'
import type { Hasher } from '../stripe/hasher.ts'
import { cureWithOption } from './cure.ts'
import { fieldLists, listed, together } from './field-lists.ts'
import { hashKey } from './hash-key.ts'
import { historyStart, sinceStart } from './history.ts'
import { type ModeChoice, modeChoice } from './mode-choice.ts'
import { sweepChoice } from './sweep-choice.ts'

const text = z.string().trim()

/** One entry per thing that can be said; the command line's options have the same names. `now` in milliseconds since 1970. */
export function settingsSchema(now: number) {
  return z.strictObject({
    name: text
      .min(1, 'no name is given; add --name, such as --name acme')
      .regex(
        /^[A-Za-z][A-Za-z0-9_]{0,39}$/,
        'the name must be letters, digits and underscores, start with a letter and be at most 40 long; choose another --name',
      ),
    to: text.min(1, '--to is empty; write --to duckdb:./warehouse.duckdb').default('duckdb:./sluice.duckdb'),
    workDir: text.min(1, '--work-dir is empty; name a folder').default('.sluice'),
    tables: text
      .refine(
        (tables) => listed(tables).length > 0,
        '--tables is empty; write core, all, or names separated by commas',
      )
      .transform(listed)
      .default(['core']),
    only: text
      .refine((tables) => listed(tables).length > 0, '--only is empty; write names separated by commas')
      .transform(listed)
      .optional(),
    fields: z
      .array(z.string())
      .default([])
      .transform(orProblem((given) => fieldLists('--fields', given))),
    excludeFields: z
      .array(z.string())
      .default([])
      .transform(orProblem((given) => fieldLists('--exclude-fields', given))),
    drop: z
      .array(z.string())
      .default([])
      .transform(orProblem((given) => fieldLists('--drop', given))),
    hash: z
      .array(z.string())
      .default([])
      .transform(orProblem((given) => fieldLists('--hash', given))),
    hashKey: text.min(1, '--hash-key is empty; name a file that has the key in it').optional(),
    newColumns: z.enum(['reload', 'from-now'], '--new-columns must be reload or from-now').default('reload'),
    history: z
      .string()
      .transform(orProblem((span) => historyStart(span, now)))
      .optional(),
    since: z
      .string()
      .transform(orProblem((day) => sinceStart(day, now)))
      .optional(),
    fullRefresh: z.boolean().default(false),
    mode: z.array(z.string()).default([]).transform(orProblem(modeChoice)),
    sweep: z.array(z.string()).default([]).transform(orProblem(sweepChoice)),
    deletes: z.enum(['soft', 'hard', 'ignore'], '--deletes must be soft, hard or ignore').optional(),
    heal: text
      .regex(/^\d{1,9}$/, '--heal must be a number of objects, 0 for none')
      .transform(Number)
      .default(500),
    maxReadsPerMonth: text
      .regex(/^[1-9]\d{0,11}$/, '--max-reads-per-month must be a number of reads, such as 10000')
      .transform(Number)
      .optional(),
  })
}

export interface Settings {
  readonly name: string
  readonly source: StripeConfig
  readonly to: string
  readonly workDir: string
  readonly tables: readonly string[]
  /** Of the tables those that this run reads, with what is read together with them; the others keep their place. */
  readonly only?: readonly string[]
  /** Fields to read, by table. */
  readonly fields: ReadonlyMap<string, readonly string[]>
  /** Fields to leave out, by table. */
  readonly excludeFields: ReadonlyMap<string, readonly string[]>
  /** Fields to copy as keyed hashes, by table. */
  readonly hashFields: ReadonlyMap<string, readonly string[]>
  /** Makes the hashes; present when there are such fields. */
  readonly hasher?: Hasher
  readonly newColumns: NewColumns
  /** Milliseconds since 1970. */
  readonly since?: number
  readonly fullRefresh: boolean
  readonly mode: ModeChoice
  /** By table, where it is not to be swept as by default. */
  readonly sweep: ReadonlyMap<string, Sweep>
  /** As the runs before when absent. */
  readonly deletes?: Deletes
  /** Objects that rows refer to and no list returns: so many are read by id in a run. */
  readonly heal: number
  /** Reads of the account in 30 days that this and all runs of the work folder may come to. */
  readonly maxReadsPerMonth?: number
}

/** What was said, before validation: strings as they came, absent or undefined where nothing was said. */
export type Said = Readonly<Record<string, unknown>>

/**
 * Validates what was said; `now` in milliseconds since 1970, `env` for the key of hashes alone. Throws one
 * `ConfigError` with every problem.
 */
export function settings(
  said: Said,
  now: number,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Settings {
  const parsed = settingsSchema(now).safeParse({ name: '', ...only(said, keysOf(settingsSchema(now))) })
  const source = sourceSettings(said)
  const wrong = [...(parsed.success ? [] : problems(parsed.error)), ...(Array.isArray(source) ? source : [])]
  if (!parsed.success || Array.isArray(source)) throw new ConfigError(wrong.join('; '))

  const {
    history,
    since,
    maxReadsPerMonth,
    deletes,
    only: some,
    drop,
    hash,
    hashKey: keyFile,
    ...rest
  } = parsed.data
  const plain = { ...rest, excludeFields: together(rest.excludeFields, drop), hashFields: hash }
  if (history !== undefined && since !== undefined) {
    throw new ConfigError('--since and --history both say how far back to read', { cure: 'give one of them' })
  }
  for (const table of plain.fields.keys()) {
    if (plain.excludeFields.has(table)) {
      const option = drop.has(table) ? '--drop' : '--exclude-fields'
      throw new ConfigError(`both --fields and ${option} are given for ${table}`, {
        cure: 'give one of them',
      })
    }
  }
  const from = since ?? history
  return {
    ...plain,
    source,
    ...(hash.size > 0 ? { hasher: hashKey(keyFile, env.SLUICE_HASH_KEY) } : {}),
    ...(from === undefined ? {} : { since: from }),
    ...(deletes === undefined ? {} : { deletes }),
    ...(some === undefined ? {} : { only: some }),
    ...(maxReadsPerMonth === undefined ? {} : { maxReadsPerMonth }),
  }
}

/** How to reach the account, or every problem with it. */
export function sourceSettings(said: Said): StripeConfig | string[] {
  const { apiKey } = said
  const known = only(said, ['apiKey', 'apiBase', 'account', 'context', 'accounts', 'rate'])
  if (apiKey === undefined || String(apiKey).trim() === '')
    return ['no Stripe key is given; set STRIPE_API_KEY']
  const parsed = stripeConfigSchema.safeParse(known)
  return parsed.success ? parsed.data : problems(parsed.error)
}

/** The entries that were said: an option that was not given is not one that is empty. */
function only(said: Said, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(said).filter(([name, value]) => names.includes(name) && value !== undefined),
  )
}

function keysOf(schema: z.ZodObject): readonly string[] {
  return Object.keys(schema.shape)
}

/** A transformation whose `ConfigError` becomes a problem of its entry. */
function orProblem<In, Out>(work: (value: In) => Out) {
  return (value: In, context: z.RefinementCtx): Out => {
    try {
      return work(value)
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error
      const cure = cureWithOption(error)
      context.addIssue(cure ? `${error.message}; ${cure}` : error.message)
      return z.NEVER
    }
  }
}

/** The first problem of each entry: an empty name also has no letter at its start, which nobody needs to hear. */
function problems(error: z.ZodError): string[] {
  const byEntry = new Map<string, string>()
  for (const issue of error.issues) {
    const entry = issue.path.join('.') || issue.message
    if (!byEntry.has(entry)) byEntry.set(entry, issue.message)
  }
  return [...byEntry.values()]
}
