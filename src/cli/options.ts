/** The options of the commands: flags, and what they mean. Values are validated by app/settings.ts. */
import { Option } from 'commander'

const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value]

const source = [
  () =>
    new Option(
      '--api-key <key>',
      'Stripe key, a restricted one with read permissions is best; other users of this machine may see it in the process list at the start, so prefer the variable',
    ).env('STRIPE_API_KEY'),
  () =>
    new Option('--api-base <url>', 'address of the Stripe API (default: https://api.stripe.com)').env(
      'STRIPE_API_BASE',
    ),
  () => new Option('--account <acct_…>', 'read this connected account with the key of its platform'),
  () => new Option('--context <acct_…>', "read this account with its organization's key"),
  () => new Option('--rate <percent>', "share of Stripe's rate limits to use (default: 80%)"),
]

const accounts = () =>
  new Option(
    '--accounts <which>',
    "read several accounts into one warehouse: connected, all that are connected to the key's platform; all, these and the platform's own; or acct_1,acct_2 (default: the key's own)",
  )

const selection = [
  () =>
    new Option(
      '--tables <list>',
      'tables to replicate: core, all, or names separated by commas (default: core)',
    ),
  () => new Option('--fields <table=a,b>', 'only these fields of a table; repeatable').argParser(collect),
  () =>
    new Option('--exclude-fields <table=a,b>', 'all fields of a table but these; repeatable').argParser(
      collect,
    ),
  () =>
    new Option('--drop <table=a,b>', 'the same: never copy these fields, or anything in them').argParser(
      collect,
    ),
  () =>
    new Option(
      '--hash <table=a,b>',
      'copy these fields as keyed hashes (HMAC-SHA-256), which join like the values; repeatable',
    ).argParser(collect),
  () =>
    new Option(
      '--hash-key <file>',
      'file with the key of the hashes, or set SLUICE_HASH_KEY to the key itself',
    ),
]

const warehouse = [
  () =>
    new Option(
      '--to <address>',
      'warehouse: duckdb:./warehouse.duckdb, files:./lake?format=parquet, postgres://user@host/database (default: duckdb:./sluice.duckdb)',
    ),
  () => new Option('--work-dir <folder>', 'spool files and the meter of reads (default: .sluice)'),
]

const history = [
  () =>
    new Option('--history <span>', 'only what was created in the last 2y, 18mo, 6w or 90d').conflicts(
      'since',
    ),
  () => new Option('--since <date>', 'only what was created since this day, such as 2024-01-01 (UTC)'),
]

const deletes = () =>
  new Option(
    '--deletes <how>',
    'what is deleted in Stripe: soft marks its row with _deleted_at, hard removes it, ignore leaves it (default: as the last sync was told; soft in the first)',
  )

const kept = [
  () =>
    new Option(
      '--mode <table=mode>',
      'what is kept of a table: incremental, what is; full_refresh, the same, read whole in every sync; append, every version; history, what is and <table>_history beside it. A mode alone is for all tables; repeatable (default: incremental)',
    ).argParser(collect),
  deletes,
]

const budget = [
  () =>
    new Option(
      '--heal <number>',
      'read by id, in each run, so many of the objects that rows refer to and no list returns: deleted customers, inline prices; 0 for none (default: 500)',
    ),
  () =>
    new Option(
      '--max-reads-per-month <number>',
      'stop, to be carried on later, when the account was read so often in the last 30 days; counted in the work folder (default: no limit)',
    ),
]

export const json = () => new Option('--json', 'print one JSON object as the last line of stdout')
export const quiet = () => new Option('--quiet', 'no progress')
const name = () =>
  new Option(
    '--name <name>',
    "the integration's name, which is its schema in the warehouse; cannot change later",
  )

export const syncOptions = () =>
  [
    name,
    ...source,
    accounts,
    ...warehouse,
    ...selection,
    ...history,
    ...budget,
    () =>
      new Option(
        '--new-columns <how>',
        'fields selected later: reload reads their tables whole again, from-now fills them as rows change (default: reload)',
      ),
    ...kept,
    () =>
      new Option(
        '--sweep <table=every/back>',
        'how often a table is listed again for changes that no event tells, and how far back: payouts=6h/60d, payouts=1w/all, payouts=off; repeatable (default: once a day, 35 days before the last time)',
      ).argParser(collect),
    () =>
      new Option(
        '--only <tables>',
        'of the selected tables, read these alone in this run; the others keep their place, and the next run brings what changed meanwhile',
      ),
    () => new Option('--full-refresh', 'read the selected tables whole and mark what is gone as deleted'),
    json,
    quiet,
  ].map((make) => make())

export const checkOptions = () =>
  [name, ...source, accounts, ...warehouse, ...selection, json].map((make) => make())

export const verifyOptions = () =>
  [
    name,
    ...source,
    accounts,
    ...warehouse,
    ...selection,
    ...history,
    deletes,
    () => new Option('--repair', 'read the rows that differ again and write them, as a sync would'),
    () =>
      new Option(
        '--max-requests <number>',
        'make no more requests than so many, and say what was not looked at (default: no limit)',
      ),
    json,
    quiet,
  ].map((make) => make())

export const discoverOptions = () => [...source, json].map((make) => make())

export const startOptions = () =>
  [...source, accounts, ...warehouse, ...selection, ...history, ...budget, name, quiet].map((make) => make())

/** The same entries as in sandbox/options.ts, which validates them. */
export const sandboxOptions = () => [
  new Option('--port <number>', 'port on 127.0.0.1; 0 takes any free one (default: 12111)'),
  new Option('--seed <text>', 'the same seed gives the same objects (default: sluice)'),
  new Option('--scale <number>', 'number of customers, 60 or more (default: 1000)'),
  new Option('--latency-ms <number>', 'milliseconds before each answer (default: 0)'),
  new Option('--jitter-ms <number>', 'at most so many milliseconds more or less (default: 0)'),
  new Option(
    '--rate-limit <rates>',
    'live, test, off, auto (by the key), or requests per second as account/endpoint: 100/25 (default: auto)',
  ),
  new Option(
    '--connected <number>',
    'accounts that are connected to the platform, each with objects of its own (default: 0)',
  ),
  new Option('--faults <script>', 'faults to play: 500@/v1/invoices:after=3,times=2;reset_body@/v1/charges'),
  new Option('--load <folder>', 'serve the Stripe objects in these JSON files instead of made-up ones'),
  new Option('--generic <number>', 'objects to make up for each list that would be empty (default: 0)'),
]

export const viewsOptions = () => [
  new Option('--name <name>', 'integration whose tables they are').makeOptionMandatory(),
  new Option('--to <address>', 'its warehouse (default: duckdb:./sluice.duckdb)'),
  json(),
]

export const queryOptions = () => [
  new Option('--to <address>', 'warehouse to ask (default: duckdb:./sluice.duckdb)'),
  json(),
]
