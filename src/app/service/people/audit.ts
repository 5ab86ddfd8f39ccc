/** Who did what: written where it is done, read by administrators. */
import type { Sql } from '../../../store/database.ts'
import { type AuditRow, auditEntries, insertAudit } from '../../../store/people/audit.ts'
import type { ServiceContext } from '../context.ts'
import type { AuditEntry, AuditQuery } from '../resources/audit.ts'
import type { Page } from '../resources/common.ts'
import { iso, pageOf } from '../values.ts'
import type { Actor } from './actor.ts'

export interface Deed {
  readonly action: string
  readonly object: {
    readonly kind: string
    readonly id?: string | undefined
    readonly name?: string | undefined
  }
  readonly details?: Readonly<Record<string, unknown>>
  readonly ip?: string | undefined
}

/** `by`: null for the service itself, or who has only a name, as an address that failed to sign in. */
export async function audit(
  sql: Sql,
  by: Actor | string | null,
  { action, object, details = {}, ip }: Deed,
): Promise<void> {
  await insertAudit(sql, {
    ...actorColumns(by),
    action,
    object_kind: object.kind,
    object_id: object.id ?? null,
    object_name: object.name ?? null,
    details,
    ip: ip ?? null,
  })
}

function actorColumns(by: Actor | string | null) {
  if (by === null) return { actor_kind: 'system', actor_id: null, actor_name: 'sluice' } as const
  if (typeof by === 'string') return { actor_kind: 'user', actor_id: null, actor_name: by } as const
  const { user, via, credential } = by
  if (via === 'session') return { actor_kind: 'user', actor_id: user.id, actor_name: user.email } as const
  return { actor_kind: 'token', actor_id: user.id, actor_name: `${user.email} (${credential.name})` } as const
}

/** Newest first. */
export async function listAudit({ pool }: ServiceContext, query: AuditQuery): Promise<Page<AuditEntry>> {
  const { action, object_id: object, q: text, limit, after } = query
  const before = after === undefined ? undefined : Number(after)
  const rows = await auditEntries(pool, {
    action,
    object,
    text,
    limit: limit + 1,
    before: Number.isSafeInteger(before) ? before : undefined,
  })
  return pageOf(rows, limit, entryOf, ({ id }) => String(id))
}

const entryOf = (row: AuditRow): AuditEntry => ({
  id: row.id,
  at: iso(row.at),
  actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
  action: row.action,
  object: { kind: row.object_kind, id: row.object_id, name: row.object_name },
  details: { ...row.details },
  ip: row.ip,
})
