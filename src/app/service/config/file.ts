/** The file of `sluice apply`: warehouses and integrations by name. One schema checks it and helps editors. */
import { z } from 'zod'
import { destinationInput } from '../resources/destination.ts'
import { integrationInput, integrationName, neverVerified, verifySettings } from '../resources/integration.ts'
import { schedule, suggestedSchedule } from '../resources/schedule.ts'
import { selection, tableSelection } from '../resources/selection.ts'
import { sourceInput } from '../resources/source.ts'

/** A secret by reference. As it is only with `--allow-inline-secrets`. */
export const secret = z
  .union([
    z.strictObject({ env: z.string().min(1).max(200).describe('A variable of the environment') }),
    z.strictObject({
      file: z.string().min(1).max(1_000).describe('A file that has it, beside this one or by its whole path'),
    }),
    z.string().min(1).max(2_000),
  ])
  .describe('`{ env: STRIPE_API_KEY }` or `{ file: ./key }`')
export type Secret = z.output<typeof secret>

const configDestination = z.strictObject({
  address: secret.describe(
    'As `--to` of the command line, such as `duckdb:/data/warehouse.duckdb`; by reference when there is a password in it',
  ),
})

// What is misspelt is refused here, where the API lets it pass.
const [every, cron, manual] = schedule.options
const [key, granted, demo] = sourceInput.options

const strictSchedule = z.discriminatedUnion('kind', [every.strict(), cron.strict(), manual.strict()])

const configSource = z.discriminatedUnion('kind', [
  key
    .extend({ kind: z.literal('key').optional(), api_key: secret.describe('Of Stripe, by reference') })
    .strict(),
  granted
    .omit({ grant_id: true })
    .strict()
    .describe("An account that somebody has connected on Stripe's own pages: its tokens stay in the store"),
  demo.strict(),
])

const table = z.union([tableSelection.shape.name, tableSelection.strict()])

const configIntegration = z.strictObject({
  description: integrationInput.shape.description,
  schedule: strictSchedule.default(suggestedSchedule),
  history: integrationInput.shape.history,
  source: configSource,
  destination: z.string().min(1).max(80).describe('The name of a warehouse, of this file or there already'),
  tables: z
    .union([z.enum(['core', 'all']), z.array(table).min(1).max(500)])
    .default('core')
    .describe('`core`, `all`, or a list of tables: names, or what is to be done with each'),
  verify: verifySettings
    .extend({ schedule: strictSchedule.default({ kind: 'manual' }) })
    .default(neverVerified),
  deletes: selection.shape.deletes,
  new_fields: selection.shape.new_fields,
  paused: z.boolean().optional().describe('Absent: as it is'),
  reuse_name: integrationInput.shape.reuse_name,
})

export const configFile = z
  .strictObject({
    destinations: z.record(destinationInput.shape.name, configDestination).default({}),
    integrations: z.record(integrationName, configIntegration).default({}),
  })
  .meta({ title: 'Warehouses and integrations of Sluice' })

export type ConfigFile = z.output<typeof configFile>
export type ConfigIntegration = z.output<typeof configIntegration>

/** The schema for editors, as text. */
export function configSchema(): string {
  return `${JSON.stringify(z.toJSONSchema(configFile, { io: 'input', target: 'draft-7', reused: 'inline' }), null, 2)}\n`
}
