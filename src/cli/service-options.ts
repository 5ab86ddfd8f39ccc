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

const concurrency = () =>
  new Option('--concurrency <number>', 'runs at a time in this process (default: 4)').env(
    'SLUICE_CONCURRENCY',
  )

/** What mail and alerts are sent with. */
const telling = () => [
  new Option('--public-url <url>', 'where people reach it, such as https://sluice.example.com').env(
    'SLUICE_PUBLIC_URL',
  ),
  new Option(
    '--smtp-url <url>',
    'mail server for alerts, invitations and forgotten passwords: smtp://user:password@host:587',
  ).env('SLUICE_SMTP_URL'),
  new Option('--mail-from <address>', 'sender of these letters').env('SLUICE_MAIL_FROM'),
]

export const serveOptions = () => [
  new Option('--port <number>', 'port to listen at; 0 takes any free one (default: 8080)').env('SLUICE_PORT'),
  new Option('--host <address>', 'address to listen at; 0.0.0.0 for all (default: 127.0.0.1)').env(
    'SLUICE_HOST',
  ),
  ...storeOptions(),
  new Option('--no-web', 'the API alone, without the web app'),
  new Option('--no-worker', 'serve alone: runs are of the workers on the same database'),
  concurrency(),
  ...telling(),
  new Option('--proxied', 'a proxy stands before it, and says in X-Forwarded-For who asks'),
  new Option('--log-requests', 'a line of JSON on stdout for each request'),
]

export const workerOptions = () => [...storeOptions(), concurrency(), ...telling()]

export const serveHelp = `
Examples:
  sluice serve                                    all in one process, with a database of its own
  sluice serve --host 0.0.0.0 --public-url https://sluice.example.com --proxied
  sluice serve --no-worker --database-url postgres://sluice:…@db/sluice

Everything is in the data folder: database, master key, work files. With --database-url any number of
sluice serve and sluice worker share one PostgreSQL database and one SLUICE_MASTER_KEY.
SIGTERM brings what runs to a checkpoint, hands it to another worker, and ends within 10 seconds.`

export const workerHelp = `
Examples:
  SLUICE_MASTER_KEY=… sluice worker --database-url postgres://sluice:…@db/sluice
  sluice worker --concurrency 8

Any number of workers share the runs, on as many machines. One that dies loses its runs to another within
a minute, which carries on at the last load. Run sluice migrate, or a newer sluice serve, before it.`

export const migrateHelp = `
Examples:
  sluice migrate --database-url postgres://sluice:…@db/sluice

Brings the schema of the store up to this version. sluice serve does so by itself.`

export const backupHelp = `
Examples:
  sluice backup sluice.backup
  sluice backup /backups/sluice.backup --database-url postgres://sluice:…@db/sluice

All of the store at one moment, while the service runs. Secrets are sealed in it; the master key, which
opens them, is not: keep master.key or SLUICE_MASTER_KEY elsewhere.`

export const restoreHelp = `
Examples:
  sluice restore sluice.backup --data-dir ./new-data
  sluice restore sluice.backup --database-url postgres://sluice:…@db/empty

Into a store that is empty; a backup of an older version is brought up to date. Then put the master key of
the backup into the data folder as master.key (chmod 600), or set SLUICE_MASTER_KEY, and start sluice serve.`

export const rotateKeyHelp = `
Examples:
  sluice rotate-key
  SLUICE_MASTER_KEY=old SLUICE_NEW_MASTER_KEY=new sluice rotate-key --database-url postgres://sluice:…@db/sluice

Seals every secret anew. Processes that run with the old key must be started again.`

export const resetPasswordHelp = `
Examples:
  sluice user reset-password ada@example.com
  sluice user reset-password ada@example.com --database-url postgres://sluice:…@db/sluice

The new password is made up and printed; the user is signed out everywhere. It works beside a running service.`
