/** What a sandbox can be told: one schema for the command line, tests and benchmarks. */
import { z } from 'zod'
import { type Fault, parseFaults } from './faults.ts'
import type { Rates } from './limits.ts'

const rates = z.strictObject({
  global: z.number().positive(),
  endpoint: z.number().positive(),
  concurrency: z.number().int().positive().optional(),
}) satisfies z.ZodType<Rates | { concurrency?: number | undefined }>

const rateWords = 'must be auto, live, test, off, or two rates such as 100/25 (account/endpoint)'

/** `off`, `live`, `test`, `auto`, or `100/25`: requests per second of the account and of each endpoint. */
const rateLimit = z
  .union(
    [
      z.enum(['auto', 'live', 'test', 'off']),
      z.string().regex(/^\d+(\.\d+)?\/\d+(\.\d+)?$/, rateWords),
      rates,
    ],
    {
      error: rateWords,
    },
  )
  .transform((value) => {
    if (typeof value !== 'string' || !value.includes('/'))
      return value as 'auto' | 'live' | 'test' | 'off' | Rates
    const [global = '', endpoint = ''] = value.split('/')
    return { global: Number(global), endpoint: Number(endpoint) }
  })

const faults = z.union([z.string(), z.array(z.custom<Fault>())]).transform((script, context) => {
  try {
    return typeof script === 'string' ? parseFaults(script) : script
  } catch (error) {
    context.addIssue({ code: 'custom', message: error instanceof Error ? error.message : String(error) })
    return z.NEVER
  }
})

/** A whole number, also as text; every wrong value gets the one message that says what is right. */
function whole(min: number, max = 1e9) {
  const error =
    max < 1e9 ? `must be a whole number from ${min} to ${max}` : `must be a whole number, ${min} or more`
  return z.coerce.number({ error }).int({ error }).min(min, { error }).max(max, { error })
}

const milliseconds = z.coerce
  .number({ error: 'must be a number of milliseconds' })
  .min(0, { error: 'must be a number of milliseconds, 0 or more' })

/**
 * The options of `sluice sandbox`; numbers may come as text, as a command line has them.
 * `sandboxOptions.parse({})` gives the defaults.
 */
export const sandboxOptions = z.strictObject({
  port: whole(0, 65_535).default(12_111).describe('Port to listen on; 0 takes any free one'),
  host: z.string().default('127.0.0.1').describe('Address to listen on'),
  seed: z.union([z.string(), z.number()]).default('sluice').describe('The same seed gives the same objects'),
  scale: whole(60, 10_000_000).default(1000).describe('Number of customers, 60 or more'),
  latencyMs: milliseconds.default(0).describe('Milliseconds before each answer'),
  jitterMs: milliseconds.default(0).describe('At most so many milliseconds more or less'),
  rateLimit: rateLimit
    .default('auto')
    .describe('live, test, off, auto (by the key), or requests per second as account/endpoint: 100/25'),
  faults: faults
    .default([])
    .describe('Fault script: 500@/v1/invoices:after=3,times=2;reset_body@/v1/charges'),
  load: z
    .string()
    .optional()
    .describe('Folder of JSON files with Stripe objects to serve instead of made-up ones'),
  generic: whole(0).default(0).describe('Objects to make up for each list that would be empty'),
  unavailable: z
    .array(z.string())
    .optional()
    .describe('Lists whose product is not enabled; a * at the end for all that begin so'),
  connected: whole(0, 100_000)
    .default(0)
    .describe('Accounts that are connected to the platform, each with objects of its own'),
  gzip: z.boolean().default(true).describe('Compress answers for clients that accept it'),
})

export type SandboxOptions = z.input<typeof sandboxOptions>
export type SandboxSettings = z.output<typeof sandboxOptions>
