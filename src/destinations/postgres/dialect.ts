/** What PostgreSQL is like, as data. Facts: the manual of 13 to 18; docs/decisions/0012-postgres.md. */
import type { Capabilities, ColumnType, Table } from '../../core/model.ts'
import { interval } from '../../core/modes.ts'
import { literal, type NameRules, physicalName, quoted } from '../naming.ts'
import { columnName, columnOf, converted, stagedValues, tableName } from '../sql/columns.ts'
import type { Dialect, TypeFacts } from '../sql/dialect.ts'

/** Longer names would be cut without a word (NAMEDATALEN 64). Quoted names keep their case. */
export const names: NameRules = { maxBytes: 63, fold: (name) => name }

export const caps: Capabilities = {
  commit: 'transaction',
  maxIdentifierBytes: names.maxBytes,
  json: 'value',
  engine: 'elsewhere',
  load: { rows: 20_000, bytes: 64 * 1024 * 1024 },
}

const same = (column: string) => column

const type = (sql: string, held: readonly string[] = []): TypeFacts => ({
  sql,
  convert: same,
  out: (column) => `${column}::text`,
  held,
})

export const types: Readonly<Record<ColumnType, TypeFacts>> = {
  text: type('text', ['character varying']),
  integer: type('bigint', ['numeric']),
  decimal: type('numeric'),
  float: type('double precision'),
  boolean: type('boolean'),
  timestamp: type('timestamp with time zone'),
  date: type('date'),
  json: type('jsonb', ['text']),
}

/** The key with the account last: whoever looks up an id knows the id. */
const indexed = (key: readonly string[]) => [...key.slice(1), ...key.slice(0, 1)]

const isHistory = ({ key }: Table) => key.at(-1) === interval[0].name

export const dialect: Dialect = {
  names,
  types,
  table: (integration, name) => `${quoted(integration)}.${quoted(name)}`,
  ledger: (integration, table) => `${quoted(integration)}._sluice_${table}`,
  temp: 'pg_temp.',
  makeTemp: (name, query) => `create temp table ${name} on commit drop as ${query}`,
  timestamp: (microseconds) => `(timestamptz 'epoch' + (${microseconds}) * interval '1 microsecond')`,
  milliseconds: (time) => `(extract(epoch from ${time}) * 1000)::bigint`,
  now: 'now()',
  rowId: 'ctid',
  deletes: 'using',
  text: 'text',
  json: 'json',
  keyText: (texts) => `to_json(array[${texts.join(', ')}])::text`,
  records: 'json_to_recordset($1::json) as given(scope text, cursor text)',
  history: {
    eachOf: (integers, list) => ({
      from: `lateral unnest(array[${integers.join(', ')}]
         || array(select jsonb_array_elements_text(${list}::jsonb)::bigint)) as each(v)`,
      value: 'each.v',
    }),
    listOf: (value, order) => `array_agg(${value} order by ${order})`,
    firstOf: (value, order) => `(array_agg(${value} order by ${order}))[1]`,
    between: (list, from, to) =>
      `nullif(array(select v from unnest(${list}) as each(v) where v > ${from} and v < ${to} order by v), '{}')`,
    asJson: (list) => `to_jsonb(${list})`,
  },

  async physicalTables(session, integration) {
    const rows = await session.rows(
      `select c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
         from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relnamespace = (select oid from pg_namespace where nspname = $1)
           and c.relkind in ('r', 'p', 'v', 'm', 'f') and a.attnum > 0 and not a.attisdropped
         order by a.attnum`,
      [integration],
    )
    const tables = new Map<string, Map<string, string>>()
    for (const [table, column, type] of rows) {
      const columns = tables.get(String(table)) ?? new Map<string, string>()
      columns.set(String(column), String(type))
      tables.set(String(table), columns)
    }
    return tables
  },

  async tableNames(session, integration) {
    const rows = await session.rows(
      `select relname from pg_class
         where relnamespace = (select oid from pg_namespace where nspname = $1) and relkind in ('r', 'p')
         order by relname`,
      [integration],
    )
    return rows.map(([name]) => String(name))
  },

  async columnsOf(session, integration, table) {
    const rows = await session.rows(
      `select attname from pg_attribute
         where attrelid = to_regclass($1) and attnum > 0 and not attisdropped`,
      [tableName(dialect, integration, table)],
    )
    return rows.map(([name]) => String(name))
  },

  async hasLedger(session, integration) {
    // By its name in the catalog: `to_regclass` asks for the right to use the schema.
    const found = await session.rows(
      `select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = $1 and c.relname = '_sluice_integrations'`,
      [integration],
    )
    return found.length > 0
  },

  async createSchema(session, integration) {
    // `if not exists` asks for the right to create one even where it exists.
    const found = await session.rows('select 1 from pg_namespace where nspname = $1', [integration])
    if (found.length === 0) await session.run(`create schema ${quoted(integration)}`)
  },

  async dropSchema(session, integration) {
    const found = await session.rows(
      `select 1 from pg_namespace n where nspname = $1 and pg_has_role(nspowner, 'usage') and not exists (
         select 1 from pg_depend where refclassid = 'pg_namespace'::regclass and refobjid = n.oid and deptype = 'n')`,
      [integration],
    )
    if (found.length > 0) await session.run(`drop schema ${quoted(integration)}`)
  },

  // Ids are compared by bytes, whatever the database's collation is, and however libc changes it.
  define: (table, { name, type }) =>
    type === 'text' && (table.key.includes(name) || table.lookups?.includes(name))
      ? 'text collate "C"'
      : types[type].sql,

  createTable(integration, table, columns) {
    const target = tableName(dialect, integration, table)
    const key = indexed(table.key).map((name) => columnName(dialect, name))
    const parent = table.lookups?.find(
      (name) => name === table.parent?.column && table.columns.some((column) => column.name === name),
    )
    return [
      // An interval takes the place of another in two steps; nothing asks these tables `on conflict`.
      `create table ${target} (${columns}, primary key (${key.join(', ')})${isHistory(table) ? ' deferrable initially deferred' : ''})`,
      // The other lookups are made when the table's first rows are there; by this one lists of a parent are pruned from the start.
      ...(parent === undefined ? [] : [`create index on ${target} (${columnName(dialect, parent)})`]),
      ...(table.description === undefined
        ? []
        : [`comment on table ${target} is ${literal(table.description)}`]),
    ]
  },

  async rekey(session, integration, table) {
    const target = tableName(dialect, integration, table)
    const found = await session.rows(
      `select c.conname, a.attname
         from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
         where c.conrelid = to_regclass($1) and c.contype = 'p'`,
      [target],
    )
    const [first] = found
    const key = indexed(table.key).map((name) => columnName(dialect, name))
    const has = new Set(found.map(([, column]) => quoted(String(column))))
    if (first === undefined || key.every((name) => has.has(name))) return []
    return [
      `alter table ${target} drop constraint ${quoted(String(first[0]))}, add primary key (${key.join(', ')})`,
    ]
  },

  /** Keys in order: two that write the same ones never wait for each other in a circle. */
  async upsert(into, target, table, staged) {
    const values = stagedValues(dialect, staged.columns)
    const key = indexed(table.key)
    const isKey = new Set(key.map((name) => physicalName(name, names)))
    const given = new Set(staged.columns.map(({ name }) => physicalName(name, names)))
    // A row is replaced whole: what the new one lacks is null.
    const set = (await dialect.columnsOf(into.session, into.integration, table))
      .filter((name) => !isKey.has(name))
      .map((name) => `${quoted(name)} = ${given.has(name) ? `excluded.${quoted(name)}` : 'null'}`)
    return into.session.run(
      `insert into ${target} as t (${values.map(([name]) => columnName(dialect, name)).join(', ')})
         select ${values.map(([, sql]) => sql).join(', ')} from pg_temp.${staged.name} s
         order by ${key.map((name) => converted(dialect, columnOf(table, name))).join(', ')}
         on conflict (${key.map((name) => columnName(dialect, name)).join(', ')})
         do update set ${set.join(', ')} where t._version <= excluded._version`,
    )
  },
}
