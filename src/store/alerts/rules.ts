/** What is told to which channel. */
import type { Sql } from '../database.ts'

export interface RuleRow {
  readonly id: string
  readonly channel_id: string
  readonly integration_id: string | null
  readonly events: readonly string[]
  readonly hours: number | null
  readonly created_at: Date
}

const columns = 'id, channel_id, integration_id, events, hours, created_at'

/** Oldest first. */
export async function rules(sql: Sql): Promise<readonly RuleRow[]> {
  const { rows } = await sql.query<RuleRow>(
    `select ${columns} from sluice.alert_rules order by created_at, id`,
  )
  return rows
}

/** Breaks `alert_rules_channel_id_fkey` or `alert_rules_integration_id_fkey`. */
export async function insertRule(sql: Sql, row: RuleRow): Promise<void> {
  await sql.query(`insert into sluice.alert_rules (${columns}) values ($1, $2, $3, $4, $5, $6)`, [
    row.id,
    row.channel_id,
    row.integration_id,
    JSON.stringify(row.events),
    row.hours,
    row.created_at,
  ])
}

/** Nobody else changes it until the transaction ends. */
export async function lockRule(sql: Sql, id: string): Promise<RuleRow | undefined> {
  const { rows } = await sql.query<RuleRow>(
    `select ${columns} from sluice.alert_rules where id = $1 for update`,
    [id],
  )
  return rows[0]
}

/**
 * As `insertRule`. What was told of events and of an integration that are the rule's no more is forgotten: should they
 * be again, it is told anew.
 */
export async function updateRule(sql: Sql, row: RuleRow): Promise<void> {
  const { id, channel_id, integration_id, events, hours } = row
  await sql.query(
    'update sluice.alert_rules set channel_id = $2, integration_id = $3, events = $4, hours = $5 where id = $1',
    [id, channel_id, integration_id, JSON.stringify(events), hours],
  )
  await sql.query(
    `delete from sluice.alert_states where rule_id = $1
       and (event <> all ($2) or ($3::uuid is not null and integration_id <> $3))`,
    [id, events, integration_id],
  )
}

/** False when there is none of that id. */
export async function deleteRule(sql: Sql, id: string): Promise<boolean> {
  const { rowCount } = await sql.query('delete from sluice.alert_rules where id = $1', [id])
  return rowCount === 1
}
