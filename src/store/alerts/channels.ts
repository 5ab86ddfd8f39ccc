/** Where alerts go. */
import type { Sql } from '../database.ts'

export type ChannelKind = 'email' | 'slack' | 'webhook'

export interface ChannelRow {
  readonly id: string
  readonly name: string
  readonly kind: ChannelKind
  readonly shown: string
  readonly recipients: readonly string[] | null
  readonly secret: string | null
  readonly created_at: Date
}

const columns = 'id, name, kind, shown, recipients, secret, created_at'

export async function channels(sql: Sql): Promise<readonly ChannelRow[]> {
  const { rows } = await sql.query<ChannelRow>(
    `select ${columns} from sluice.alert_channels order by lower(name)`,
  )
  return rows
}

export async function channelById(sql: Sql, id: string): Promise<ChannelRow | undefined> {
  const { rows } = await sql.query<ChannelRow>(`select ${columns} from sluice.alert_channels where id = $1`, [
    id,
  ])
  return rows[0]
}

/** Breaks the index `alert_channels_name` when the name is taken. */
export async function insertChannel(sql: Sql, row: ChannelRow): Promise<void> {
  await sql.query(`insert into sluice.alert_channels (${columns}) values ($1, $2, $3, $4, $5, $6, $7)`, [
    row.id,
    row.name,
    row.kind,
    row.shown,
    row.recipients === null ? null : JSON.stringify(row.recipients),
    row.secret,
    row.created_at,
  ])
}

/** As `insertChannel`; its kind stays. */
export async function updateChannel(
  sql: Sql,
  { id, name, shown, recipients, secret }: Omit<ChannelRow, 'kind' | 'created_at'>,
): Promise<void> {
  await sql.query(
    'update sluice.alert_channels set name = $2, shown = $3, recipients = $4, secret = $5 where id = $1',
    [id, name, shown, recipients === null ? null : JSON.stringify(recipients), secret],
  )
}

/** With its rules and its messages; its secret is the caller's to erase. */
export async function deleteChannel(sql: Sql, id: string): Promise<void> {
  await sql.query('delete from sluice.alert_channels where id = $1', [id])
}
