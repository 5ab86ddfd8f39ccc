/** Warehouses as objects of their own, in the store. */
import type { Sql } from './database.ts'

export interface DestinationRow {
  readonly id: string
  readonly name: string
  readonly kind: string
  readonly queryable: boolean
  /** Without passwords. */
  readonly address_shown: string
  readonly address_secret: string
  readonly created_at: Date
  readonly updated_at: Date
  /** How many integrations use it. */
  readonly integrations: number
}

export type NewDestination = Pick<
  DestinationRow,
  'id' | 'name' | 'kind' | 'queryable' | 'address_shown' | 'address_secret'
>

const columns = `id, name, kind, queryable, address_shown, address_secret, created_at, updated_at,
  (select count(*) from sluice.integrations i where i.destination_id = d.id and i.status <> 'deleted') as integrations`

export async function destinations(sql: Sql): Promise<readonly DestinationRow[]> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns} from sluice.destinations d order by lower(name)`,
  )
  return rows
}

export async function destinationById(sql: Sql, id: string): Promise<DestinationRow | undefined> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns} from sluice.destinations d where id = $1`,
    [id],
  )
  return rows[0]
}

/** Upper and lower case are the same. */
export async function destinationByName(sql: Sql, name: string): Promise<DestinationRow | undefined> {
  const { rows } = await sql.query<DestinationRow>(
    `select ${columns} from sluice.destinations d where lower(name) = lower($1)`,
    [name],
  )
  return rows[0]
}

/** Breaks the index `destinations_name` when the name is taken. */
export async function insertDestination(sql: Sql, row: NewDestination, at: Date): Promise<void> {
  await sql.query(
    `insert into sluice.destinations
       (id, name, kind, queryable, address_shown, address_secret, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [row.id, row.name, row.kind, row.queryable, row.address_shown, row.address_secret, at],
  )
}

/** As `insertDestination`; false when there is none of that id. */
export async function updateDestination(sql: Sql, row: NewDestination, at: Date): Promise<boolean> {
  const { rowCount } = await sql.query(
    `update sluice.destinations
     set name = $2, kind = $3, queryable = $4, address_shown = $5, address_secret = $6, updated_at = $7
     where id = $1`,
    [row.id, row.name, row.kind, row.queryable, row.address_shown, row.address_secret, at],
  )
  return rowCount === 1
}

/**
 * Deletes it unless an integration uses it, or the tables of a deleted one are to be dropped; other deleted
 * integrations forget it. False when one does, or it is not there.
 */
export async function deleteDestination(sql: Sql, id: string): Promise<boolean> {
  await sql.query(
    `update sluice.integrations i set destination_id = null
     where destination_id = $1 and status = 'deleted' and not exists (select 1 from sluice.drops p
       where p.integration_id = i.id and p.status in ('queued', 'running'))`,
    [id],
  )
  const { rowCount } = await sql.query(
    `delete from sluice.destinations d
     where id = $1 and not exists (select 1 from sluice.integrations i where i.destination_id = d.id)`,
    [id],
  )
  return rowCount === 1
}
