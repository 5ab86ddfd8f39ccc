/** What SQLite is like, as data. It has no schemas: an integration's tables begin with its name, `acme_invoices`. */
import type { Capabilities, ColumnType, Table } from '../../core/model.ts'
import { interval, objectKey } from '../../core/modes.ts'
import { literal, type NameRules, physicalName, quoted } from '../naming.ts'
import { columnName, stagedValues, tableName } from '../sql/columns.ts'
import type { Dialect, TypeFacts } from '../sql/dialect.ts'

/** SQLite has no limit; tools that show names have. Upper and lower case are one name to it. */
export const names: NameRules = { maxBytes: 255, fold: (name) => name.toLowerCase() }

export const caps: Capabilities = {
  commit: 'transaction',
  maxIdentifierBytes: names.maxBytes,
  called: (integration, table) => prefix(integration) + table,
  // The engine works on the thread that reads from the source, which waits for each statement.
  load: { rows: 5_000, bytes: 16 * 1024 * 1024 },
}

const same = (column: string) => column
const type = (sql: string): TypeFacts => ({ sql, convert: same, out: same, held: [] })

/** The names tell people what is in a column; of them SQLite itself takes the storage: `text`, `integer`, `real`. */
export const types: Readonly<Record<ColumnType, TypeFacts>> = {
  text: type('text'),
  integer: type('integer'),
  decimal: type('decimal text'),
  float: type('real'),
  boolean: type('boolean integer'),
  timestamp: type('timestamp text'),
  date: type('date text'),
  json: type('json text'),
}

/** Functions that the connection brings: a time as text from microseconds, and its milliseconds back. */
export const functions = { time: 'sluice_time', milliseconds: 'sluice_ms' }

const prefix = (integration: string) => `${integration}_`
const columnsOf = 'select name from pragma_table_info($1)'
const isHistory = ({ key }: Table) => key.at(-1) === interval[0].name

export const dialect: Dialect = {
  names,
  types,
  table: (integration, name) => quoted(prefix(integration) + name),
  ledger: (_, table) => `_sluice_${table}`,
  temp: 'temp.',
  // What a failed load left is gone with its transaction.
  makeTemp: (name, query) => `create temp table ${name} as ${query}`,
  timestamp: (microseconds) => `${functions.time}(${microseconds})`,
  milliseconds: (time) => `${functions.milliseconds}(${time})`,
  now: `strftime('%Y-%m-%dT%H:%M:%f000Z', 'now')`,
  rowId: 'rowid',
  deletes: 'exists',
  text: 'text',
  json: 'text',
  keyText: (texts) => `json_array(${texts.join(', ')})`,
  records: `(select value ->> 'scope' as scope, value ->> 'cursor' as cursor from json_each($1))`,
  history: {
    eachOf: (integers, list) => ({
      from: `json_each('[' || ${integers.join(` || ',' || `)} || coalesce(',' || nullif(trim(${list}, '[]'), ''), '') || ']') each`,
      value: 'each.value',
    }),
    listOf: (value, order) => `json_group_array(${value} order by ${order})`,
    firstOf: (value, order) => `json_group_array(${value} order by ${order}) ->> 0`,
    between: (list, from, to) =>
      `nullif((select json_group_array(value order by value) from json_each(${list})
         where value > ${from} and value < ${to}), '[]')`,
    asJson: same,
  },

  async physicalTables(session, integration) {
    const rows = await session.rows(
      `select m.name, c.name, c.type from sqlite_master m join pragma_table_info(m.name) c
         where m.type in ('table', 'view') and lower(substr(m.name, 1, length($1))) = lower($1)`,
      [prefix(integration)],
    )
    const tables = new Map<string, Map<string, string>>()
    for (const [table, column, type] of rows) {
      const key = names.fold(String(table).slice(prefix(integration).length))
      const columns = tables.get(key) ?? new Map<string, string>()
      columns.set(names.fold(String(column)), String(type).toLowerCase())
      tables.set(key, columns)
    }
    return tables
  },

  async tableNames(session, integration) {
    const rows = await session.rows(
      `select name from sqlite_master
         where type = 'table' and lower(substr(name, 1, length($1))) = lower($1) order by name`,
      [prefix(integration)],
    )
    return rows.map(([name]) => String(name).slice(prefix(integration).length))
  },

  async columnsOf(session, integration, table) {
    const rows = await session.rows(columnsOf, [prefix(integration) + physicalName(table.name, names)])
    return rows.map(([name]) => String(name))
  },

  async hasLedger(session) {
    const found = await session.rows(columnsOf, [dialect.ledger('', 'integrations')])
    return found.length > 0
  },

  async createSchema() {},
  async dropSchema() {},

  define: (_, { type }) => types[type].sql,

  createTable(integration, table, columns) {
    const target = tableName(dialect, integration, table)
    // An interval takes the place of another in two steps, and uniqueness is looked at in each.
    const unique = isHistory(table) ? '' : 'unique '
    return [
      `create table ${target} (${columns})`,
      `create ${unique}${index(integration, table, byKey(table))}`,
    ]
  },

  async rekey(session, integration, table) {
    if (isHistory(table)) return []
    const wanted = nameOfIndex(integration, table, byKey(table))
    const found = await session.rows(
      'select name from sqlite_master where type = $1 and lower(tbl_name) = lower($2)',
      ['index', prefix(integration) + physicalName(table.name, names)],
    )
    const has = new Set(found.map(([name]) => names.fold(String(name))))
    const narrower = nameOfIndex(integration, table, byKey({ ...table, key: objectKey(table) }))
    if (has.has(names.fold(wanted)) || !has.has(names.fold(narrower))) return []
    return [`drop index ${quoted(narrower)}`, `create unique ${index(integration, table, byKey(table))}`]
  },

  async upsert(into, target, table, staged) {
    const values = stagedValues(dialect, staged.columns)
    const isKey = new Set(table.key.map((name) => names.fold(physicalName(name, names))))
    const given = new Set(staged.columns.map(({ name }) => names.fold(physicalName(name, names))))
    // A row is replaced whole: what the new one lacks is null.
    const set = (await dialect.columnsOf(into.session, into.integration, table))
      .filter((name) => !isKey.has(names.fold(name)))
      .map((name) => `${quoted(name)} = ${given.has(names.fold(name)) ? `excluded.${quoted(name)}` : 'null'}`)
    return into.session.run(
      `insert into ${target} as t (${values.map(([name]) => columnName(dialect, name)).join(', ')})
         select ${values.map(([, sql]) => sql).join(', ')} from temp.${staged.name} s where true
         on conflict (${byKey(table)
           .map((name) => columnName(dialect, name))
           .join(', ')})
         do update set ${set.join(', ')} where t._version <= excluded._version`,
    )
  },
}

/** The key with the account last: whoever looks up an id knows the id. */
const byKey = ({ key }: Pick<Table, 'key'>) => [...key.slice(1), ...key.slice(0, 1)]

const nameOfIndex = (integration: string, table: Table, of: readonly string[]) =>
  `${prefix(integration)}${physicalName(table.name, names)}_by_${of.join('_')}`

function index(integration: string, table: Table, of: readonly string[]): string {
  const name = quoted(nameOfIndex(integration, table, of))
  const columns = of.map((column) => columnName(dialect, column)).join(', ')
  return `index if not exists ${name} on ${tableName(dialect, integration, table)} (${columns})`
}

/** Statements that make the indexes by which rows are found, those that are not there. */
export const lookupIndexes = (integration: string, table: Table): readonly string[] =>
  (table.lookups ?? [])
    .filter((name) => table.columns.some((one) => one.name === name))
    .map((name) => `create ${index(integration, table, [name])}`)

/** Tables whose names begin as an integration's do. */
export const likeOurs = (integration: string) =>
  `select name from sqlite_master where lower(substr(name, 1, ${prefix(integration).length})) = lower(${literal(prefix(integration))})`
