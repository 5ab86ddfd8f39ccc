/** The API: groups of routes below /api/v1. The web app's client is typed by the types that stand here. */
import { OpenAPIHono } from '@hono/zod-openapi'
import type { PeopleContext } from '../app/service/people/context.ts'
import type { Env } from './declare.ts'
import { alertsApi } from './routes/alerts.ts'
import { connectorsApi } from './routes/connectors.ts'
import { destinationsApi } from './routes/destinations.ts'
import { integrationsApi } from './routes/integrations.ts'
import { meApi } from './routes/me.ts'
import { oauthApi } from './routes/oauth.ts'
import { queryApi } from './routes/query.ts'
import { runsApi } from './routes/runs.ts'
import { sessionApi } from './routes/session.ts'
import { auditApi, systemApi } from './routes/system.ts'
import { tokensApi } from './routes/tokens.ts'
import { invitationsApi, usersApi } from './routes/users.ts'
import { verificationsApi } from './routes/verifications.ts'
import { webhooksApi } from './routes/webhooks.ts'

/** Each below /api/v1/ under the name it is mounted with: `hc<IntegrationsApi>('/api/v1/integrations')`. */
export type SessionApi = ReturnType<typeof sessionApi>
export type MeApi = ReturnType<typeof meApi>
export type ConnectorsApi = ReturnType<typeof connectorsApi>
export type DestinationsApi = ReturnType<typeof destinationsApi>
export type IntegrationsApi = ReturnType<typeof integrationsApi>
export type RunsApi = ReturnType<typeof runsApi>
export type VerificationsApi = ReturnType<typeof verificationsApi>
export type QueryApi = ReturnType<typeof queryApi>
export type UsersApi = ReturnType<typeof usersApi>
export type InvitationsApi = ReturnType<typeof invitationsApi>
export type TokensApi = ReturnType<typeof tokensApi>
export type AlertsApi = ReturnType<typeof alertsApi>
export type AuditApi = ReturnType<typeof auditApi>
export type SystemApi = ReturnType<typeof systemApi>
export type OauthApi = ReturnType<typeof oauthApi>
export type WebhooksApi = ReturnType<typeof webhooksApi>

/** All groups, as they are mounted below /api/v1. */
export function apiRoutes(ctx: PeopleContext): OpenAPIHono<Env> {
  const api = new OpenAPIHono<Env>()
  const groups = {
    '/session': sessionApi(ctx),
    '/me': meApi(ctx),
    '/connectors': connectorsApi(ctx),
    '/destinations': destinationsApi(ctx),
    '/integrations': integrationsApi(ctx),
    '/runs': runsApi(ctx),
    '/verifications': verificationsApi(ctx),
    '/query': queryApi(ctx),
    '/users': usersApi(ctx),
    '/invitations': invitationsApi(ctx),
    '/tokens': tokensApi(ctx),
    '/alerts': alertsApi(ctx),
    '/audit': auditApi(ctx),
    '/system': systemApi(ctx),
    '/webhooks': webhooksApi(ctx),
    '/oauth': oauthApi(ctx),
  }
  for (const [path, group] of Object.entries(groups)) api.route(path, group)
  return api
}
