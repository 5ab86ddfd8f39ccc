/** The commands, their options and help. Each action imports what it runs when it runs. */
import { Command, type Option } from 'commander'
import { redact } from '../app/redact.ts'
import { version } from '../app/version.ts'
import {
  checkOptions,
  discoverOptions,
  queryOptions,
  sandboxOptions,
  startOptions,
  syncOptions,
  verifyOptions,
  viewsOptions,
} from './options.ts'
import {
  applyHelp,
  applyOptions,
  backupHelp,
  exportHelp,
  exportOptions,
  migrateHelp,
  resetPasswordHelp,
  restoreHelp,
  rotateKeyHelp,
  schemaHelp,
  serveHelp,
  serveOptions,
  storeOptions,
  workerHelp,
  workerOptions,
} from './service-options.ts'

type Values = Record<string, unknown>

/** The whole command line; `parseAsync` runs the command and throws `CommanderError` for wrong usage. */
export function program(): Command {
  const root = new Command('sluice')
    .description("Replicates a company's Stripe data into its own warehouse.")
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help for a command')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`sluice: ${redact(usageLine(text))}\n`),
    })
    .addHelpText('after', rootHelp)

  command(
    root,
    'sync',
    'replicate a Stripe account; the next sync carries on where this one ended',
    syncOptions(),
    {
      help: syncHelp,
      run: async (values) => (await import('./commands/sync.ts')).syncCommand(values),
    },
  )
  command(
    root,
    'check',
    'try the key, the permissions and the warehouse, and name every problem',
    checkOptions(),
    {
      help: checkHelp,
      run: async (values) => (await import('./commands/check.ts')).checkCommand(values),
    },
  )
  command(root, 'verify', 'compare the warehouse with Stripe, row by row', verifyOptions(), {
    help: verifyHelp,
    run: async (values) => (await import('./commands/verify.ts')).verifyCommand(values),
  })
  command(
    root,
    'discover',
    'list the tables on offer, with what the key may read; or the columns of one',
    discoverOptions(),
    {
      argument: '[table]',
      help: discoverHelp,
      run: async (values, argument) =>
        (await import('./commands/discover.ts')).discoverCommand(values, argument),
    },
  )
  command(root, 'query', 'ask a warehouse in SQL, without changing it', queryOptions(), {
    argument: '<sql>',
    help: queryHelp,
    run: async (values, argument) => (await import('./commands/query.ts')).queryCommand(values, argument),
  })
  command(
    root,
    'views',
    "print SQL of views that keep columns which Stripe's versions took away",
    viewsOptions(),
    {
      help: viewsHelp,
      run: async (values) => (await import('./commands/views.ts')).viewsCommand(values),
    },
  )
  command(root, 'sandbox', 'serve a made-up Stripe account on this machine', sandboxOptions(), {
    help: sandboxHelp,
    run: async (values) => (await import('./commands/sandbox.ts')).sandboxCommand(values),
  })
  command(
    root,
    'start',
    'replicate the account of STRIPE_API_KEY, or a sandbox without it, into ./sluice.duckdb',
    startOptions(),
    {
      help: startHelp,
      run: async (values) => (await import('./commands/start.ts')).startCommand(values),
    },
  )
  command(root, 'serve', 'run the service: API, web app, schedules and workers', serveOptions(), {
    help: serveHelp,
    run: async (values) => (await import('./commands/serve.ts')).serveCommand(values),
  })
  command(root, 'worker', 'add a worker to the service', workerOptions(), {
    help: workerHelp,
    run: async (values) => (await import('./commands/worker.ts')).workerCommand(values),
  })
  command(root, 'migrate', "upgrade the service's store", storeOptions(), {
    help: migrateHelp,
    run: async (values) => (await import('./commands/store.ts')).migrateCommand(values),
  })
  command(root, 'backup', "write the service's store into a file", storeOptions(), {
    argument: '<file>',
    help: backupHelp,
    run: async (values, file) => (await import('./commands/store.ts')).backupCommand(values, file),
  })
  command(root, 'restore', 'put such a file into an empty store', storeOptions(), {
    argument: '<file>',
    help: restoreHelp,
    run: async (values, file) => (await import('./commands/store.ts')).restoreCommand(values, file),
  })
  const user = root
    .command('user')
    .description('keep the users of the service')
    .helpCommand(false)
    .exitOverride()
  command(user, 'reset-password', 'give a user a new password, and print it', storeOptions(), {
    argument: '<email>',
    help: resetPasswordHelp,
    run: async (values, email) => (await import('./commands/user.ts')).resetPasswordCommand(values, email),
  })
  command(root, 'rotate-key', "seal the service's secrets with a new master key", storeOptions(), {
    help: rotateKeyHelp,
    run: async (values) => (await import('./commands/store.ts')).rotateKeyCommand(values),
  })
  command(root, 'apply', "make the service's integrations as a file says", applyOptions(), {
    help: applyHelp,
    run: async (values) => (await import('./commands/apply.ts')).applyCommand(values),
  })
  command(root, 'export', "print the service's integrations as such a file", exportOptions(), {
    help: exportHelp,
    run: async (values) => (await import('./commands/export.ts')).exportCommand(values),
  })
  command(root, 'schema', 'print the JSON Schema of such a file, for editors', [], {
    help: schemaHelp,
    run: async () => (await import('./commands/schema.ts')).schemaCommand(),
  })
  return root
}

interface Action {
  readonly argument?: string
  readonly help: string
  readonly run: (values: Values, argument: string | undefined) => Promise<void>
}

function command(root: Command, name: string, text: string, options: readonly Option[], action: Action) {
  const made = root
    .command(name)
    .description(text)
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .addHelpText('after', action.help)
  for (const option of options) made.addOption(option)
  if (action.argument) {
    made
      .argument(action.argument)
      .action((argument: string | undefined, values: Values) => action.run(values, argument))
  } else {
    made.action((values: Values) => action.run(values, undefined))
  }
}

/** Commander's message as one line of ours: `unknown option '--nme'. Did you mean --name?` */
export function usageLine(text: string): string {
  const [first = '', ...rest] = text
    .trim()
    .split('\n')
    .map((line) => line.trim().replace(/^error: /, ''))
  const hints = rest.map((line) => line.replace(/^\((.*)\)$/, '$1')).filter((line) => line !== '')
  const what = first.replace(/\.$/, '')
  return [what, ...(hints.length > 0 ? hints : ['See sluice --help'])].join('. ')
}

const rootHelp = `
Examples:
  sluice start                         try it: a sandbox account into ./sluice.duckdb
  export STRIPE_API_KEY=rk_live_…
  sluice check --name acme             is everything in place?
  sluice sync --name acme              replicate, and carry on the next time
  sluice verify --name acme            is the copy right?
  sluice query "select count(*) from acme.invoices"
  sluice serve                         the service, with schedules and a web app

Exit codes: 0 all well, 3 some tables could not be read, 1 failed, 2 wrong usage or configuration.`

const syncHelp = `
Examples:
  sluice sync --name acme --to duckdb:./warehouse.duckdb
  sluice sync --name acme --tables invoices,customers --history 2y
  sluice sync --name acme --fields invoices=total,created --exclude-fields customers=email,phone
  sluice sync --name acme --hash customers=email,name --drop customers=phone --hash-key ./hash.key
  sluice sync --name acme --mode subscriptions=history --mode prices=history
  sluice sync --name acme --accounts connected
  sluice sync --name acme --tables all --rate 100% --json | tail -n 1 | jq .status

The position of every table is kept in the warehouse with its rows: a second sync into the same
warehouse reads what is new, a sync into a new one reads everything. Interrupted with Ctrl-C it
finishes the load at hand; nothing is lost or doubled.
Exit codes: 0 all well, 3 some tables could not be read, 1 failed, 2 wrong usage or configuration.`

const checkHelp = `
Examples:
  sluice check --name acme --to duckdb:./warehouse.duckdb
  sluice check --name acme --tables all --json

Exit codes: 0 all well, 3 some tables cannot be read with this key, 1 something cannot be reached,
2 wrong usage or configuration.`

const verifyHelp = `
Examples:
  sluice verify --name acme --to duckdb:./warehouse.duckdb
  sluice verify --name acme --tables invoices,customers --since 2025-01-01
  sluice verify --name acme --repair
  sluice verify --name acme --max-requests 500 --json | jq '.tables[] | select(.status != "equal")'

Every row is compared with the object in Stripe, window by window of the creation time. What changed
after the last sync is told as moved, and is no difference: the next sync brings it. Give the same
--tables and --fields as to sync. Without --repair nothing is written.
Exit codes: 0 equal, 3 something differs or was not looked at, 1 failed, 2 wrong usage or configuration.`

const discoverHelp = `
Examples:
  sluice discover                    all tables; with STRIPE_API_KEY also what the key may read
  sluice discover invoices           the columns of one table
  sluice discover --json`

const queryHelp = `
Examples:
  sluice query "select count(*) from demo.invoices"
  sluice query "select * from acme.customers limit 5" --to duckdb:./warehouse.duckdb --json`

const viewsHelp = `
Examples:
  sluice views --name acme --to postgres://me@host/billing | psql postgres://me@host/billing
  sluice views --name acme --to duckdb:./warehouse.duckdb | duckdb warehouse.duckdb

It changes nothing itself. acme.invoices_stable is acme.invoices with "subscription", "paid", "tax" and so on,
computed from where Stripe has them now. Run it again when tables got new columns. See docs/views.md.`

const sandboxHelp = `
Examples:
  sluice sandbox
  sluice sandbox --port 12111 --scale 100000 --latency-ms 300 --rate-limit live
  sluice sandbox --connected 3
  sluice sandbox --load ./my-stripe-objects

It runs until Ctrl-C and keeps nothing.`

const startHelp = `
Examples:
  npm start                          a made-up account, to look around
  STRIPE_API_KEY=rk_live_… npm start your own`
