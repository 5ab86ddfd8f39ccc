/** The audit log. */
import type { Sql } from '../database.ts'

export interface NewAudit {
  readonly actor_kind: 'user' | 'token' | 'system'
  readonly actor_id: string | null
  readonly actor_name: string
  readonly action: string
  readonly object_kind: string
  readonly object_id: string | null
  readonly object_name: string | null
  readonly details: Readonly<Record<string, unknown>>
  readonly ip: string | null
}

export interface AuditRow extends NewAudit {
  readonly id: number
  readonly at: Date
}

export async function insertAudit(sql: Sql, entry: NewAudit): Promise<void> {
  await sql.query(
    `insert into sluice.audit
       (actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      entry.actor_kind,
      entry.actor_id,
      entry.actor_name,
      entry.action,
      entry.object_kind,
      entry.object_id,
      entry.object_name,
      JSON.stringify(entry.details),
      entry.ip,
    ],
  )
}

export interface AuditFilter {
  /** An action, or the beginning of several. */
  readonly action?: string | undefined
  readonly object?: string | undefined
  readonly text?: string | undefined
  readonly before?: number | undefined
  readonly limit: number
}

/** Newest first. */
export async function auditEntries(sql: Sql, filter: AuditFilter): Promise<readonly AuditRow[]> {
  const { rows } = await sql.query<AuditRow>(
    `select id, at, actor_kind, actor_id, actor_name, action, object_kind, object_id, object_name, details, ip
     from sluice.audit
     where ($1::text is null or starts_with(action, $1))
       and ($2::text is null or object_id = $2)
       and ($3::text is null or strpos(lower(actor_name || ' ' || coalesce(object_name, '')), lower($3)) > 0)
       and ($4::bigint is null or id < $4)
     order by id desc limit $5`,
    [filter.action ?? null, filter.object ?? null, filter.text ?? null, filter.before ?? null, filter.limit],
  )
  return rows
}
