/** The options of the commands that work on the service's store. */
import { Option } from 'commander'
import { json } from './options.ts'

/** Where the store is. */
export const storeOptions = () => [
  new Option(
    '--data-dir <folder>',
    "the service's folder: its database, master key, work files (default: ./sluice-data)",
  ).env('SLUICE_DATA_DIR'),
  new Option('--database-url <address>', "a PostgreSQL database instead of the folder's own").env(
    'SLUICE_DATABASE_URL',
  ),
]

export const applyOptions = () => [
  new Option('-f, --file <path>', 'YAML or JSON; - reads stdin (default: sluice.yaml)'),
  new Option('--dry-run', 'say what would be done, and do nothing'),
  new Option('--prune', 'pause integrations that are not in the file; nothing is deleted'),
  new Option('--allow-inline-secrets', 'let keys and passwords stand in the file itself'),
  ...storeOptions(),
  json(),
]

export const exportOptions = storeOptions

export const applyHelp = `
Examples:
  sluice apply -f sluice.yaml --dry-run     what would be done?
  sluice apply -f sluice.yaml               do it; the same file again has nothing to do
  sluice export > sluice.yaml               a file of what is there

A file:
  destinations:
    main: { address: { env: WAREHOUSE_URL } }
  integrations:
    acme:
      source: { api_key: { env: STRIPE_API_KEY } }
      destination: main
      schedule: { kind: every, minutes: 360 }
      tables: [customers, { name: invoices, mode: history }]

Keys are given by reference, { env: NAME } or { file: ./path }. Name, history and account of an
integration never change: a file that asks for it is refused, before anything is done.
Exit codes: 0 done, or nothing to do; 1 failed; 2 wrong file or usage.`

export const exportHelp = `
Examples:
  sluice export > sluice.yaml
  sluice export --database-url postgres://sluice@db/sluice > sluice.yaml

Keys and addresses with a password are references to variables of the environment, which the head
of the file names.`

export const schemaHelp = `
Examples:
  sluice schema > sluice.schema.json

Editors that know JSON Schema complete and check sluice.yaml with it.`
