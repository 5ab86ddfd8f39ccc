/** Links that let somebody in once: invitations, and new passwords. */
import type { Sql } from '../database.ts'
import type { Role } from './users.ts'

export interface LinkRow {
  readonly id: string
  readonly kind: 'invitation' | 'password'
  readonly email: string
  readonly role: Role | null
  readonly user_id: string | null
  readonly created_at: Date
  readonly expires_at: Date
  /** The e-mail address of who made it. */
  readonly invited_by: string | null
}

export interface NewLink {
  readonly id: string
  readonly kind: LinkRow['kind']
  readonly hash: Buffer
  readonly email: string
  readonly role: Role | null
  readonly user: string | null
  readonly madeBy: string | null
  readonly expires: Date
}

const columns = `l.id, l.kind, l.email, l.role, l.user_id, l.created_at, l.expires_at,
  (select email from sluice.users u where u.id = l.made_by) as invited_by`

/** An earlier link of the same kind for the same address ends. */
export async function putLink(sql: Sql, link: NewLink): Promise<void> {
  await sql.query('delete from sluice.links where kind = $1 and lower(email) = lower($2)', [
    link.kind,
    link.email,
  ])
  await sql.query(
    `insert into sluice.links (id, kind, hash, email, role, user_id, made_by, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [link.id, link.kind, link.hash, link.email, link.role, link.user, link.madeBy, link.expires],
  )
}

/** With `lock`, nobody else uses it until the transaction ends. One that has expired is none. */
export async function linkByHash(
  sql: Sql,
  kind: LinkRow['kind'],
  hash: Buffer,
  { lock = false } = {},
): Promise<LinkRow | undefined> {
  const { rows } = await sql.query<LinkRow>(
    `select ${columns} from sluice.links l
     where kind = $1 and hash = $2 and expires_at > now() ${lock ? 'for update' : ''}`,
    [kind, hash],
  )
  return rows[0]
}

/** Newest first. */
export async function openInvitations(sql: Sql): Promise<readonly LinkRow[]> {
  const { rows } = await sql.query<LinkRow>(
    `select ${columns} from sluice.links l
     where kind = 'invitation' and expires_at > now() order by created_at desc, id`,
  )
  return rows
}

/** The address it was for; undefined when there is no such link. */
export async function deleteLink(sql: Sql, kind: LinkRow['kind'], id: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ email: string }>(
    'delete from sluice.links where kind = $1 and id = $2 returning email',
    [kind, id],
  )
  return rows[0]?.email
}
