/** What DuckDB is like, as data. */
import type { Capabilities, ColumnType } from '../../core/model.ts'
import { literal, type NameRules, quoted } from '../naming.ts'
import { folded, insertInto, keysEqual, stagedValues, tableName } from '../sql/columns.ts'
import type { Dialect, TypeFacts } from '../sql/dialect.ts'
import { countKnown } from '../sql/merge.ts'

/** DuckDB itself has no limit for names; tools that show them have. Upper and lower case are one name to it. */
export const names: NameRules = { maxBytes: 255, fold: (name) => name.toLowerCase() }

export const caps: Capabilities = {
  commit: 'transaction',
  maxIdentifierBytes: names.maxBytes,
  load: { rows: 20_000, bytes: 64 * 1024 * 1024 },
}

interface DuckdbType extends TypeFacts {
  /** Type of the column while staged: what the appender fills fastest without loss. */
  readonly staged: string
}

const same = (column: string) => column

export const types: Readonly<Record<ColumnType, DuckdbType>> = {
  text: { sql: 'VARCHAR', staged: 'varchar', convert: same, out: (c) => `encode(${c}::varchar)`, held: [] },
  integer: {
    sql: 'BIGINT',
    staged: 'bigint',
    convert: same,
    out: (c) => `${c}::bigint`,
    held: ['HUGEINT', 'DECIMAL(38,12)', 'DECIMAL(38,0)'],
  },
  decimal: {
    sql: 'DECIMAL(38,12)',
    staged: 'decimal(38,12)',
    convert: same,
    out: (c) => `${c}::varchar`,
    held: [],
  },
  float: { sql: 'DOUBLE', staged: 'double', convert: same, out: (c) => `${c}::double`, held: [] },
  boolean: { sql: 'BOOLEAN', staged: 'boolean', convert: same, out: (c) => `${c}::boolean`, held: [] },
  timestamp: {
    sql: 'TIMESTAMP WITH TIME ZONE',
    // The appender has no fast way for a timestamp with time zone; a double holds microseconds exactly until 2255.
    staged: 'double',
    convert: (c) => `make_timestamptz(${c}::bigint)`,
    out: (c) => `epoch_us(${c})`,
    held: [],
  },
  date: { sql: 'DATE', staged: 'date', convert: same, out: (c) => `${c}::date::varchar`, held: [] },
  json: {
    sql: 'JSON',
    // Staged as text and cast, so that what is no JSON fails loudly.
    staged: 'varchar',
    convert: (c) => `${c}::json`,
    out: (c) => `encode(${c}::varchar)`,
    held: ['VARCHAR'],
  },
}

/** The name under which the file is attached. */
export const catalog = 'warehouse'

/**
 * How it is attached. Row groups are about as big as a load: what a checkpoint rewrites of the last,
 * half-filled ones stays small. With DuckDB's 122,880 rows every sixth load of 20,000 took 1.7 s
 * longer, and all loads together 1.6 times the CPU (docs/decisions/0003-duckdb-loading.md).
 */
export const attachOptions = '(type duckdb, row_group_size 20480)'

/**
 * How a new file is made. A commit holds a block for each column of each table that it writes: with DuckDB's
 * 256 KB that is 16 MB a wide table, and many tables at once do not fit into the memory. With a quarter of it
 * they do; the file is 8% bigger, and queries take as long (docs/decisions/0003-duckdb-loading.md).
 *
 * And in the format of DuckDB 1.4: an older one, which is what it makes unasked, does not say which blocks hold the
 * description of a row group, so that each checkpoint looks for them in all of the table, in memory that no limit counts.
 */
export const createOptions = "(type duckdb, row_group_size 20480, block_size 65536, storage_version 'v1.4.0')"

/** Tables without keys or indexes: `delete` and `insert` are then 15 to 21 times faster than `merge` or `on conflict`. */
export const dialect: Dialect = {
  names,
  types,
  table: (integration, name) => `${catalog}.${quoted(integration)}.${quoted(name)}`,
  ledger: (_, table) => `${catalog}._sluice.${table}`,
  temp: 'temp.',
  makeTemp: (name, query) => `create or replace temp table ${name} as ${query}`,
  timestamp: (microseconds) => `make_timestamptz((${microseconds})::bigint)`,
  milliseconds: (time) => `epoch_us(${time}) // 1000`,
  now: 'now()',
  rowId: 'rowid',
  deletes: 'using',
  text: 'varchar',
  json: 'json',
  keyText: (texts) => `to_json([${texts.join(', ')}])::varchar`,
  records: `(select unnest(from_json($1::json, '[{"scope":"VARCHAR","cursor":"VARCHAR"}]'), recursive := true))`,
  history: {
    eachOf: (integers, list) => ({
      from: `unnest(list_concat([${integers.join(', ')}], coalesce(from_json(${list}, '["BIGINT"]'), []))) as each(v)`,
      value: 'each.v',
    }),
    listOf: (value, order) => `array_agg(${value} order by ${order})`,
    firstOf: (value, order) => `(array_agg(${value} order by ${order}))[1]`,
    between: (list, from, to) =>
      `nullif(list_filter(coalesce(${list}, []), lambda v: v > ${from} and v < ${to}), [])`,
    asJson: (list) => `to_json(${list})`,
  },

  /** A text for each table: of so many values read one by one half of the time of a run without changes was. */
  async physicalTables(session, integration) {
    const rows = await session.rows(
      `select table_name, json_group_object(column_name, data_type)::varchar from duckdb_columns()
         where database_name = ${literal(catalog)} and schema_name = $1 group by table_name`,
      [integration],
    )
    return new Map(
      rows.map(([table, columns]) => {
        const types = JSON.parse(String(columns)) as Readonly<Record<string, string>>
        const byName = Object.entries(types).map(([column, type]) => [names.fold(column), type] as const)
        return [names.fold(String(table)), new Map(byName)]
      }),
    )
  },

  async tableNames(session, integration) {
    const rows = await session.rows(
      `select table_name from duckdb_tables()
         where database_name = ${literal(catalog)} and schema_name = $1 order by table_name`,
      [integration],
    )
    return rows.map(([name]) => String(name))
  },

  async columnsOf(session, integration, table) {
    const rows = await session.rows(
      `select column_name from duckdb_columns()
         where database_name = ${literal(catalog)} and schema_name = $1 and lower(table_name) = $2`,
      [integration, folded(dialect, table.name)],
    )
    return rows.map(([name]) => String(name))
  },

  async hasLedger(session) {
    const found = await session.rows(
      `select 1 from duckdb_tables()
         where database_name = ${literal(catalog)} and schema_name = '_sluice' and table_name = 'integrations'`,
    )
    return found.length > 0
  },

  async createSchema(session, integration, of) {
    const name = of === 'ledger' ? '_sluice' : quoted(integration)
    await session.run(`create schema if not exists ${catalog}.${name}`)
  },

  async dropSchema(session, integration) {
    for (const schema of [integration, '_sluice']) {
      const inside = ['tables', 'views', 'sequences', 'types', 'functions'].map(
        (kind) =>
          `select 1 from duckdb_${kind}() where database_name = ${literal(catalog)} and schema_name = $1`,
      )
      const left = await session.rows(`${inside.join(' union all ')} limit 1`, [schema])
      if (left.length === 0) await session.run(`drop schema if exists ${catalog}.${quoted(schema)}`)
    }
  },

  define: (_, { type }) => types[type].sql,

  createTable: (integration, table, columns) => [
    `create table ${tableName(dialect, integration, table)} (${columns})`,
  ],

  async upsert(into, target, table, staged) {
    const { session } = into
    const stage = `temp.${staged.name}`
    const sameKey = keysEqual(dialect, table)
    const { known, newer } = await countKnown(into, target, table, stage)
    if (newer > 0) {
      await session.run(
        `delete from ${stage} s using ${target} t where ${sameKey} and t._version > s._version`,
      )
    }
    if (known > newer) await session.run(`delete from ${target} t using ${stage} s where ${sameKey}`)
    return session.run(insertInto(dialect, target, stagedValues(dialect, staged.columns), `from ${stage} s`))
  },
}
