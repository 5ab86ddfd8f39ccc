/** What the source's calls left behind. */
import type { Sql } from './database.ts'
import { type IntegrationRow, own } from './integrations.ts'

export interface WebhookRow {
  readonly integration_id: string
  readonly secret: string
  /** In the source; null where a person made it there. */
  readonly endpoint_id: string | null
  readonly created_at: Date
  readonly called_at: Date | null
}

export async function webhookOf(sql: Sql, integration: string): Promise<WebhookRow | undefined> {
  const { rows } = await sql.query<WebhookRow>(
    'select integration_id, secret, endpoint_id, created_at, called_at from sluice.webhooks where integration_id = $1',
    [integration],
  )
  return rows[0]
}

/** Instead of one that is there; its secret is the caller's to erase. */
export async function putWebhook(
  sql: Sql,
  integration: string,
  { secret, endpoint, at }: { readonly secret: string; readonly endpoint: string | null; readonly at: Date },
): Promise<void> {
  await sql.query(
    `insert into sluice.webhooks (integration_id, secret, endpoint_id, created_at) values ($1, $2, $3, $4)
     on conflict (integration_id) do update set secret = excluded.secret, endpoint_id = excluded.endpoint_id`,
    [integration, secret, endpoint, at],
  )
}

/** Of several that make or remove an endpoint in the source at once, one has the say until its transaction ends. */
export async function takeEndpoint(sql: Sql, integration: string): Promise<boolean> {
  const { rows } = await sql.query<{ taken: boolean }>(
    'select pg_try_advisory_xact_lock(hashtextextended($1, 5721907)) as taken',
    [integration],
  )
  return rows[0]?.taken === true
}

/** Returns the id of its secret, which is the caller's to erase; undefined when there was none. */
export async function deleteWebhook(sql: Sql, integration: string): Promise<string | undefined> {
  const { rows } = await sql.query<{ secret: string }>(
    'delete from sluice.webhooks where integration_id = $1 returning secret',
    [integration],
  )
  return rows[0]?.secret
}

/** A run is wanted, unless the integration is paused, or one is queued that has not begun: it sees the change anyway. */
export async function called(sql: Sql, integration: string, at: Date): Promise<void> {
  await sql.query(
    `update sluice.webhooks w
     set called_at = $2,
         wanted_at = case
           when (select i.status in ('pending', 'active') from sluice.integrations i where i.id = $1)
             and not exists (select 1 from sluice.runs r
               where r.integration_id = $1 and r.status = 'queued' and r.attempt = 0)
           then coalesce(w.wanted_at, $2)
         end
     where w.integration_id = $1`,
    [integration, at],
  )
}

/** Those that want a run, have none that is open, and had none of this kind since; nobody else takes them until the transaction ends. */
export async function wantedIntegrations(
  sql: Sql,
  since: Date,
  limit: number,
): Promise<readonly IntegrationRow[]> {
  const { rows } = await sql.query<IntegrationRow>(
    `select ${own} from sluice.webhooks w join sluice.integrations i on i.id = w.integration_id
     where w.wanted_at is not null and i.status in ('pending', 'active')
       and not exists (select 1 from sluice.runs r where r.integration_id = i.id
         and (r.status in ('queued', 'running') or (r.trigger = 'webhook' and r.queued_at > $1)))
     order by w.wanted_at limit $2 for update of w skip locked`,
    [since, limit],
  )
  return rows
}

export async function setAnswered(sql: Sql, integrations: readonly string[]): Promise<void> {
  await sql.query('update sluice.webhooks set wanted_at = null where integration_id = any ($1)', [
    integrations,
  ])
}
