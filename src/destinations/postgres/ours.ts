/** Whether a server can be used, and whose a schema of it is. */
import { ConfigError } from '../../core/errors.ts'
import { quoted } from '../naming.ts'
import type { Session } from '../sql/dialect.ts'
import type { Address } from './address.ts'
import { dialect } from './dialect.ts'

/** Throws `ConfigError` for a server that is too old or whose database is not in UTF-8. */
export async function checkServer(session: Session, { shown }: Address): Promise<void> {
  const [row = []] = await session.rows(
    `select current_setting('server_version_num')::int, current_setting('server_version'), current_setting('server_encoding')`,
  )
  const [number, version, encoding] = row.map(String)
  if (Number(number) < 130_000) {
    throw new ConfigError(`${shown} is PostgreSQL ${version}, or speaks like it`, {
      cure: 'PostgreSQL 13 or newer is needed',
    })
  }
  if (encoding !== 'UTF8') {
    throw new ConfigError(`the database is in ${encoding}, which cannot hold every text`, {
      cure: `create another: create database … encoding 'UTF8' template template0`,
    })
  }
}

/** Refuses a schema of another program. An empty one may be taken. Throws `ConfigError`. */
export async function checkSchemaIsOurs(session: Session, integration: string): Promise<void> {
  const another = { cure: 'choose another name, or another database', option: '--name' }
  if (/^(pg_.*|information_schema)$/i.test(integration)) {
    throw new ConfigError(
      `${integration} is a name of PostgreSQL itself and cannot be the name of an integration`,
      another,
    )
  }
  if (await dialect.hasLedger(session, integration)) return
  const there = await dialect.physicalTables(session, integration)
  const [first] = there.keys()
  if (first === undefined) return
  throw new ConfigError(
    `the database already has a schema called ${integration}, which Sluice did not make (it has ${first})`,
    another,
  )
}

/** Throws one `ConfigError` that names every right that is missing, with the SQL that gives it. */
export async function checkRights(session: Session, integration: string, { reader }: Address): Promise<void> {
  const [who = []] = await session.rows(
    `select current_user, current_database(), has_database_privilege(current_database(), 'create'),
       has_database_privilege(current_database(), 'temporary')`,
  )
  const [user, database] = who.map(String)
  const [schema] = await session.rows(
    `select pg_has_role(nspowner, 'usage') or has_schema_privilege(oid, 'create') and has_schema_privilege(oid, 'usage')
       from pg_namespace where nspname = $1`,
    [integration],
  )
  const foreign = await session.rows(
    `select c.relname, r.rolname from pg_class c join pg_roles r on r.oid = c.relowner
       where c.relnamespace = (select oid from pg_namespace where nspname = $1)
         and c.relkind in ('r', 'p') and not pg_has_role(c.relowner, 'usage')
       order by 1`,
    [integration],
  )
  const missing: string[] = []
  const cures: string[] = []
  const lacks = (what: string, cure: string) => {
    missing.push(what)
    cures.push(cure)
  }
  const role = quoted(user ?? '')
  if (who[3] !== 't') {
    lacks('temporary tables', `grant temporary on database ${quoted(database ?? '')} to ${role}`)
  }
  if (schema === undefined && who[2] !== 't') {
    lacks(`to create the schema ${integration}`, `create schema ${quoted(integration)} authorization ${role}`)
  }
  if (schema && schema[0] !== 't') {
    lacks(
      `to create tables in ${integration}`,
      `grant usage, create on schema ${quoted(integration)} to ${role}`,
    )
  }
  const [first] = foreign
  if (first) {
    const [table, owner] = first.map(String)
    const others = foreign.length > 1 ? ` and ${foreign.length - 1} more` : ''
    const owned = foreign.map(([name]) => `${quoted(integration)}.${quoted(String(name))}`)
    lacks(
      `to alter ${integration}.${table}${others}, owned by ${owner}`,
      owned.map((name) => `alter table ${name} owner to ${role}`).join('; '),
    )
  }
  if (missing.length > 0) {
    throw new ConfigError(`${user} lacks the right: ${missing.join('; ')}`, {
      cure: `have an owner run: ${cures.join('; ')}`,
    })
  }
  if (reader === undefined) return
  const found = await session.rows('select 1 from pg_roles where rolname = $1', [reader])
  if (found.length > 0) return
  throw new ConfigError(`there is no role ${reader}, which is to read the tables`, {
    cure: `create it: create role ${quoted(reader)}; or leave reader out of the address`,
  })
}

/** Lets a role read what it may not yet read of an integration. */
export async function grantReading(session: Session, integration: string, reader: string): Promise<void> {
  const [allowed] = await session.rows(`select has_schema_privilege($1::name, $2::text, 'usage')`, [
    reader,
    integration,
  ])
  if (allowed?.[0] !== 't') {
    await session.run(`grant usage on schema ${quoted(integration)} to ${quoted(reader)}`)
  }
  const unread = await session.rows(
    `select relname from pg_class
       where relnamespace = (select oid from pg_namespace where nspname = $1) and relkind in ('r', 'p')
         and (relname = '_sluice_loads' or relname not like '\\_sluice\\_%')
         and not has_table_privilege($2::name, oid, 'select')
       order by 1`,
    [integration, reader],
  )
  if (unread.length === 0) return
  const tables = unread.map(([table]) => `${quoted(integration)}.${quoted(String(table))}`)
  await session.run(`grant select on ${tables.join(', ')} to ${quoted(reader)}`)
}
