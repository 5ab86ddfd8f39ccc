/** Messages on their way to channels. */
import type { Sql } from '../database.ts'

export interface DeliveryRow {
  readonly id: string
  readonly channel_id: string
  readonly channel: string
  readonly message: unknown
  readonly status: 'queued' | 'sent' | 'failed'
  readonly tries: number
  readonly error: string | null
  readonly created_at: Date
  readonly ended_at: Date | null
}

export interface NewDelivery {
  readonly id: string
  readonly channel_id: string
  readonly message: unknown
}

export async function insertDeliveries(sql: Sql, rows: readonly NewDelivery[], at: Date): Promise<void> {
  await sql.query(
    `insert into sluice.alert_deliveries (id, channel_id, message, created_at)
     select id, channel_id, message, $4 from unnest($1::uuid[], $2::uuid[], $3::jsonb[]) n (id, channel_id, message)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ channel_id }) => channel_id),
      rows.map(({ message }) => JSON.stringify(message)),
      at,
    ],
  )
}

const viewed = `select d.id, d.channel_id, c.name as channel, d.message, d.status, d.tries, d.error, d.created_at, d.ended_at
  from sluice.alert_deliveries d join sluice.alert_channels c on c.id = d.channel_id`

export async function deliveryById(sql: Sql, id: string): Promise<DeliveryRow | undefined> {
  const { rows } = await sql.query<DeliveryRow>(`${viewed} where d.id = $1`, [id])
  return rows[0]
}

/** Newest first; `after` is the id of the last one of the page before. */
export async function deliveries(
  sql: Sql,
  { limit, after }: { readonly limit: number; readonly after?: string | undefined },
): Promise<readonly DeliveryRow[]> {
  const { rows } = await sql.query<DeliveryRow>(
    `${viewed}
     where $1::uuid is null
       or (d.created_at, d.id) < (select created_at, id from sluice.alert_deliveries where id = $1)
     order by d.created_at desc, d.id desc limit $2`,
    [after ?? null, limit],
  )
  return rows
}

/** How a try went; with `ended` there is none after it. */
export async function setDelivery(
  sql: Sql,
  id: string,
  how: {
    readonly status: DeliveryRow['status']
    readonly tries: number
    readonly error: string | null
    readonly ended: Date | null
  },
): Promise<void> {
  await sql.query(
    'update sluice.alert_deliveries set status = $2, tries = $3, error = $4, ended_at = $5 where id = $1',
    [id, how.status, how.tries, how.error, how.ended],
  )
}
