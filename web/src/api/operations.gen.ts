// Generated from test/golden/openapi.json by `npm run api-types`.
export interface Schemas {
  Account: { id: string; name: string | null; livemode: boolean }
  AddressInput: { address: string }
  AlertChannel: { id: string; name: string; kind: "email" | "slack" | "webhook"; address: string; created_at: string }
  AlertChannelEdit: { name?: string; to?: (string)[]; url?: string }
  AlertChannelInput: { kind: "email"; name: string; to: (string)[] } | { kind: "slack"; name: string; url: string } | { kind: "webhook"; name: string; url: string }
  AlertChannelMade: { id: string; name: string; kind: "email" | "slack" | "webhook"; address: string; created_at: string; signing_secret: string | null }
  AlertDelivery: { id: string; channel: string; message: Schemas['AlertMessage']; status: "queued" | "sent" | "failed"; tries: number; error: string | null; created_at: string; ended_at: string | null }
  AlertMessage: { id: string; event: "run_failed" | "table_unreadable" | "stale" | "incident" | "schema_changed" | "verification_failed" | "test"; state: "began" | "ended" | "happened"; at: string; integration: { id: string; name: string } | null; run_id: string | null; verification_id: string | null; title: string; details: (string)[] }
  AlertRule: { id: string; channel_id: string; integration_id: string | null; events: ("run_failed" | "table_unreadable" | "stale" | "incident" | "schema_changed" | "verification_failed")[]; hours: number | null; created_at: string }
  AlertRuleEdit: { channel_id?: string; integration_id?: string | null; events?: ("run_failed" | "table_unreadable" | "stale" | "incident" | "schema_changed" | "verification_failed")[]; hours?: number | null }
  AlertRuleInput: { channel_id: string; integration_id?: string | null; events: ("run_failed" | "table_unreadable" | "stale" | "incident" | "schema_changed" | "verification_failed")[]; hours?: number | null }
  AlertTest: { ok: boolean; trouble: Schemas['Trouble'] | null }
  AuditEntry: { id: number; at: string; actor: { kind: "user" | "token" | "system"; id: string | null; name: string }; action: string; object: { kind: string; id: string | null; name: string | null }; details: Record<string, unknown>; ip: string | null }
  CatalogColumn: { name: string; type: string; nullable: boolean; key: boolean; description: string | null; parts: ({ name: string; type: string; description: string | null; personal: boolean })[]; personal: boolean; withheld: boolean }
  CatalogStream: { name: string; description: string; docs: string | null; core: boolean; standard: boolean; seven: boolean; parent: string | null; replication: "changes" | "sweeps" | "whole"; permission: string | null; columns: number; unreadable: string | null }
  CatalogStreamDetail: { name: string; description: string; docs: string | null; core: boolean; standard: boolean; seven: boolean; parent: string | null; replication: "changes" | "sweeps" | "whole"; permission: string | null; unreadable: string | null; columns: (Schemas['CatalogColumn'])[] }
  Connector: { name: string; title: string; summary: string; docs: string; api_version: string; tables: number; replication: (string)[]; suggested_minutes: number; authentication: (string)[] }
  Destination: { id: string; name: string; kind: string; address: string; integrations: number; queryable: boolean; created_at: string; updated_at: string }
  DestinationInput: { name: string; address: string }
  DestinationTest: { ok: boolean; kind: string | null; trouble: Schemas['Trouble'] | null; seconds: number }
  Door: { first: boolean; mail: boolean; signed_in: boolean }
  Freshness: { target_seconds: number | null; points: ({ at: string; fresh_until: string | null })[] }
  Incident: { stream: string; kind: string; message: string }
  Integration: { id: string; name: string; description: string; status: "pending" | "active" | "paused" | "deleted"; waiting_for: string | null; schedule: Schemas['Schedule']; next_run_at: string | null; since: string | null; source: Schemas['Source']; account: Schemas['Account']; destination: { id: string; name: string; kind: string } | null; selection: Schemas['Selection']; loaded_at: string | null; last_run: { id: string; status: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled"; color: "green" | "orange" | "red" | null; started_at: string | null; ended_at: string | null; rows: number; error: Schemas['Trouble'] | null } | null; open_run_id: string | null; verify: Schemas['VerifySettings']; next_verify_at: string | null; last_verification: { id: string; status: "queued" | "running" | "equal" | "different" | "incomplete" | "failed" | "cancelled"; queued_at: string; ended_at: string | null } | null; fresh_until: string | null; rows_total: number; recent: ({ run_id: string; status: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled"; queued_at: string; seconds: number | null; rows: number; requests: number })[]; revision: number; created_at: string; updated_at: string; deleted_at: string | null; drop: Schemas['TableDrop'] | null }
  IntegrationAccount: { account: string; name: string | null; status: "succeeded" | "partial" | "failed" | "paused" | "disconnected"; run_id: string | null; rows: number; deleted: number; requests: number; reason: string | null; cure: string | null; tables: ({ stream: string; status: string; reason: string | null })[]; last_run: string | null; tried_at: string }
  IntegrationEdit: { revision?: number; description?: string; schedule?: Schemas['Schedule']; source?: Schemas['SourceEdit']; destination_id?: string; selection?: Schemas['SelectionGiven']; verify?: Schemas['VerifySettingsGiven'] }
  IntegrationInput: { name: string; description?: string; schedule?: Schemas['Schedule']; history?: string; source: Schemas['SourceInput']; destination_id: string; selection: Schemas['SelectionGiven']; verify?: Schemas['VerifySettingsGiven']; reuse_name?: boolean }
  IntegrationTable: { stream: string; table: string; mode: string; status: string | null; reason: string | null; last_run: string | null; rows_last: number; rows_total: number; seconds_last: number | null; columns: number | null; verified: { verification_id: string; status: "equal" | "moved" | "different" | "not_checked" | "no_permission"; at: string } | null }
  Invitation: { id: string; email: string; role: "admin" | "editor" | "viewer"; invited_by: string | null; created_at: string; expires_at: string }
  InvitationInput: { email: string; role: "admin" | "editor" | "viewer" }
  InvitationMade: { id: string; email: string; role: "admin" | "editor" | "viewer"; invited_by: string | null; created_at: string; expires_at: string; link: string; sent: boolean }
  InvitationShown: { email: string; role: "admin" | "editor" | "viewer"; expires_at: string }
  InvitationToken: { token: string }
  LogLine: { id: number; at: string; attempt: number; level: "debug" | "info" | "warn" | "error"; stream: string | null; message: string }
  Me: { user: Schemas['User']; role: "admin" | "editor" | "viewer"; via: "session" | "token" }
  MeEdit: { name: string }
  Oauth: { configured: boolean; kind: "app" | "connect" | null }
  OauthStart: { url: string }
  PasswordChange: { current_password: string; new_password: string }
  PasswordForgotten: { email: string }
  PasswordReset: { token: string; new_password: string }
  Problem: { type: string; title: string; status: number; detail: string; cure: string | null; errors: ({ field: string; message: string })[]; id?: string }
  QueryAnswer: { columns: ({ name: string; type: string | null })[]; rows: ((unknown)[])[]; more: boolean; seconds: number; row_count: number }
  QueryInput: { destination_id: string; sql: string; limit?: number }
  ReadBudget: { account_id: string; account_name: string | null; integrations: (string)[]; integration_count: number; reads: number; connected: number; limit: number | null }
  Reads: { account: string; reads: number; connected: number; limit: number | null; days: ({ day: string; reads: number; connected: number })[] }
  Retention: { log_days: number; run_days: number }
  RetentionGiven: { log_days: number; run_days: number }
  RowEstimate: { stream: string; seen: number | null; complete: boolean; per_month: number | null }
  RowEstimateInput: { source: Schemas['SourceInput']; streams: (string)[]; history?: string }
  Run: { id: string; integration_id: string; integration: string; status: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled"; trigger: "schedule" | "person" | "retry" | "webhook"; full_refresh: boolean; tables_asked: (string)[] | null; attempt: number; worker: string | null; queued_at: string; not_before: string | null; waits_for: "verification" | "account" | null; started_at: string | null; ended_at: string | null; cancel_requested_at: string | null; rows: number; deleted: number; requests: number; rate_limited: number; incidents: (Schemas['Incident'])[]; error: Schemas['Trouble'] | null }
  RunDetail: { id: string; integration_id: string; integration: string; status: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled"; trigger: "schedule" | "person" | "retry" | "webhook"; full_refresh: boolean; tables_asked: (string)[] | null; attempt: number; worker: string | null; queued_at: string; not_before: string | null; waits_for: "verification" | "account" | null; started_at: string | null; ended_at: string | null; cancel_requested_at: string | null; rows: number; deleted: number; requests: number; rate_limited: number; incidents: (Schemas['Incident'])[]; error: Schemas['Trouble'] | null; tables: (Schemas['TableRun'])[] }
  RunEvent: { kind: "run"; run: Schemas['Run'] } | { kind: "tables"; tables: (Schemas['TableRun'])[] } | { kind: "log"; lines: (Schemas['LogLine'])[] } | { kind: "end"; run: Schemas['Run'] }
  RunInput: { tables?: (string)[] | null; full_refresh?: boolean }
  Schedule: { kind: "every"; minutes: number } | { kind: "cron"; expression: string; time_zone: string } | { kind: "manual" }
  SchemaChange: { run_id: string; stream: string; table: string; at: string; added: (string)[]; unexpected: ({ field: string; kind: "unknown" | "misfit"; type: string })[] }
  Selection: { tables: (Schemas['TableSelection'])[]; deletes: "soft" | "hard" | "ignore"; new_fields: "reload" | "from_now" }
  SelectionGiven: { tables: (Schemas['TableSelectionGiven'])[]; deletes?: "soft" | "hard" | "ignore"; new_fields?: "reload" | "from_now" }
  Session: { id: string; current: boolean; created_at: string; seen_at: string; expires_at: string; ip: string | null; user_agent: string | null }
  SignIn: { email: string; password: string }
  SignUp: { name: string; email: string; password: string; invitation?: string }
  Source: { kind: "key" | "oauth" | "demo"; key_last4: string | null; account: string | null; context: string | null; accounts: Schemas['SourceAccounts']; api_base: string | null; rate_percent: number; max_reads_per_month: number | null }
  SourceAccounts: "own" | "connected" | "all" | (string)[]
  SourceCheck: { account: Schemas['Account']; streams: (Schemas['StreamAccess'])[]; key_url: string | null }
  SourceCheckInput: { source: Schemas['SourceInput']; streams?: (string)[] }
  SourceEdit: { kind: "key"; api_key?: string; account?: string; context?: string; accounts?: Schemas['SourceAccounts']; api_base?: string; rate_percent?: number; max_reads_per_month?: number } | { kind: "oauth"; accounts?: Schemas['SourceAccounts']; rate_percent?: number; max_reads_per_month?: number; grant_id?: string } | { kind: "demo" }
  SourceInput: { kind: "key"; api_key: string; account?: string; context?: string; accounts?: Schemas['SourceAccounts']; api_base?: string; rate_percent?: number; max_reads_per_month?: number } | { kind: "oauth"; accounts?: Schemas['SourceAccounts']; rate_percent?: number; max_reads_per_month?: number; grant_id: string } | { kind: "demo" }
  StreamAccess: { stream: string; status: "ok" | "no_permission" | "unavailable" | "unknown"; reason: string | null; permission: string | null }
  System: { version: string; started_at: string; store: { version: string; bytes: number; schema: number }; queue: { queued: number; running: number; oldest_queued_at: string | null }; runs_last_day: Record<string, number>; read_budgets: { accounts: number; limited: number; spent: number; nearest: (Schemas['ReadBudget'])[] }; mail: boolean; memory_bytes: number; retention: Schemas['Retention'] }
  TableCount: { stream: string; rows: number; deleted: number }
  TableDrop: { status: "queued" | "running" | "done" | "failed"; tables: (string)[] | null; error: Schemas['Trouble'] | null; requested_at: string; ended_at: string | null }
  TableRun: { stream: string; table: string; status: "queued" | "running" | "ok" | "no_permission" | "unavailable" | "failed" | "paused" | "cancelled"; rows: number; deleted: number; read: number; requests: number; fraction: number | null; last_run_before: string | null; last_run: string | null; reason: string | null; drift: ({ field: string; kind: "unknown" | "misfit"; type: string; rows: number })[]; started_at: string | null; ended_at: string | null }
  TableSelection: { name: string; fields: (string)[] | null; drop: (string)[]; hash: (string)[]; mode: "incremental" | "full_refresh" | "append" | "history"; sweep: "off" | { every_minutes: number; back_days?: number | "all" } | null }
  TableSelectionGiven: { name: string; fields?: (string)[] | null; drop?: (string)[]; hash?: (string)[]; mode?: "incremental" | "full_refresh" | "append" | "history"; sweep?: "off" | { every_minutes: number; back_days?: number | "all" } | null }
  Token: { id: string; name: string; scope: "read" | "write" | "admin"; shown: string; user: { id: string; email: string }; created_at: string; expires_at: string | null; used_at: string | null }
  TokenInput: { name: string; scope?: "read" | "write" | "admin"; expires_in_days?: number | null }
  TokenMade: { id: string; name: string; scope: "read" | "write" | "admin"; shown: string; user: { id: string; email: string }; created_at: string; expires_at: string | null; used_at: string | null; token: string }
  Trouble: { message: string; cure: string | null }
  User: { id: string; email: string; name: string; role: "admin" | "editor" | "viewer"; active: boolean; created_at: string; seen_at: string | null }
  UserEdit: { name?: string; role?: "admin" | "editor" | "viewer"; active?: boolean }
  Verification: { id: string; integration_id: string; integration: string; status: "queued" | "running" | "equal" | "different" | "incomplete" | "failed" | "cancelled"; trigger: "person" | "schedule"; tables_asked: (string)[] | null; repair: boolean; max_requests: number | null; attempt: number; worker: string | null; queued_at: string; not_before: string | null; waits_for: "run" | "account" | null; started_at: string | null; ended_at: string | null; cancel_requested_at: string | null; requests: number; progress: (Schemas['VerifyingTable'])[]; found: Schemas['VerificationSum'] | null; error: Schemas['Trouble'] | null }
  VerificationDetail: { id: string; integration_id: string; integration: string; status: "queued" | "running" | "equal" | "different" | "incomplete" | "failed" | "cancelled"; trigger: "person" | "schedule"; tables_asked: (string)[] | null; repair: boolean; max_requests: number | null; attempt: number; worker: string | null; queued_at: string; not_before: string | null; waits_for: "run" | "account" | null; started_at: string | null; ended_at: string | null; cancel_requested_at: string | null; requests: number; progress: (Schemas['VerifyingTable'])[]; found: Schemas['VerificationSum'] | null; error: Schemas['Trouble'] | null; report: Schemas['VerificationReport'] | null }
  VerificationEvent: { kind: "verification"; verification: Schemas['Verification'] } | { kind: "end"; verification: Schemas['Verification'] }
  VerificationInput: { tables?: (string)[] | null; repair?: boolean; max_requests?: number | null }
  VerificationReport: { status: "equal" | "different" | "incomplete"; integration: string; accounts?: (Schemas['VerifiedAccount'])[]; tables: (Schemas['VerifiedTable'])[]; requests: number; rate_limited: number; seconds: number }
  VerificationSum: { tables: number; tables_not_checked: number; rows: number; missing: number; extra: number; stale: number; moved: number; repaired: number }
  VerifiedAccount: { account: string; name: string | null; status: "equal" | "different" | "incomplete" | "failed" | "disconnected"; rows: { source: number; warehouse: number }; requests: number; reason: string | null; cure: string | null; tables: ({ stream: string; table: string; status: "equal" | "moved" | "different" | "not_checked" | "no_permission"; reason: string | null; missing: Schemas['VerifiedRows']; extra: Schemas['VerifiedRows']; stale: Schemas['VerifiedRows'] })[] }
  VerifiedRows: { count: number; ids: (string)[] }
  VerifiedTable: { stream: string; table: string; status: "equal" | "moved" | "different" | "not_checked" | "no_permission"; reason: string | null; windows: number; not_checked: ({ from: string | null; to: string | null })[]; rows: { source: number; warehouse: number }; missing: Schemas['VerifiedRows']; extra: Schemas['VerifiedRows']; stale: Schemas['VerifiedRows']; moved: Schemas['VerifiedRows']; repaired: number; ignored: (string)[]; sums: ({ column: string; currency: string; source: string; warehouse: string })[]; requests: number }
  VerifySettings: { schedule: Schemas['Schedule']; max_requests: number | null }
  VerifySettingsGiven: { schedule?: Schemas['Schedule']; max_requests?: number | null }
  VerifyingTable: { stream: string; table: string; rows: number; requests: number; fraction: number | null }
  WarehouseColumn: { name: string; type: string; nullable: boolean; key: boolean; description: string | null }
  WarehouseTable: { schema: string; name: string; stream: string | null; columns: (Schemas['WarehouseColumn'])[] }
  WarehouseTables: { tables: (Schemas['WarehouseTable'])[] }
  Webhook: { url: string; enabled: boolean; endpoint_id: string | null; called_at: string | null }
  WebhookInput: { signing_secret: string }
}

/** By method and path. */
export interface Operations {
  'GET /api/v1/session': { path: never; query: never; body: never; answer: Schemas['Door'] }
  'POST /api/v1/session': { path: never; query: never; body: Schemas['SignIn']; answer: Schemas['User'] }
  'DELETE /api/v1/session': { path: never; query: never; body: never; answer: undefined }
  'POST /api/v1/session/sign-up': { path: never; query: never; body: Schemas['SignUp']; answer: Schemas['User'] }
  'POST /api/v1/session/invitation': { path: never; query: never; body: Schemas['InvitationToken']; answer: Schemas['InvitationShown'] }
  'POST /api/v1/session/password/forgot': { path: never; query: never; body: Schemas['PasswordForgotten']; answer: undefined }
  'POST /api/v1/session/password/reset': { path: never; query: never; body: Schemas['PasswordReset']; answer: undefined }
  'GET /api/v1/me': { path: never; query: never; body: never; answer: Schemas['Me'] }
  'PATCH /api/v1/me': { path: never; query: never; body: Schemas['MeEdit']; answer: Schemas['User'] }
  'POST /api/v1/me/password': { path: never; query: never; body: Schemas['PasswordChange']; answer: undefined }
  'GET /api/v1/me/sessions': { path: never; query: never; body: never; answer: { items: (Schemas['Session'])[] } }
  'DELETE /api/v1/me/sessions/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'GET /api/v1/connectors': { path: never; query: never; body: never; answer: { items: (Schemas['Connector'])[] } }
  'GET /api/v1/connectors/stripe/streams': { path: never; query: never; body: never; answer: { items: (Schemas['CatalogStream'])[] } }
  'GET /api/v1/connectors/stripe/streams/{name}': { path: { name: string }; query: never; body: never; answer: Schemas['CatalogStreamDetail'] }
  'POST /api/v1/connectors/stripe/check': { path: never; query: never; body: Schemas['SourceCheckInput']; answer: Schemas['SourceCheck'] }
  'POST /api/v1/connectors/stripe/estimate': { path: never; query: never; body: Schemas['RowEstimateInput']; answer: { items: (Schemas['RowEstimate'])[] } }
  'GET /api/v1/destinations': { path: never; query: never; body: never; answer: { items: (Schemas['Destination'])[] } }
  'POST /api/v1/destinations': { path: never; query: never; body: Schemas['DestinationInput']; answer: Schemas['Destination'] }
  'POST /api/v1/destinations/test': { path: never; query: never; body: Schemas['AddressInput']; answer: Schemas['DestinationTest'] }
  'GET /api/v1/destinations/{id}': { path: { id: string }; query: never; body: never; answer: Schemas['Destination'] }
  'PUT /api/v1/destinations/{id}': { path: { id: string }; query: never; body: Schemas['DestinationInput']; answer: Schemas['Destination'] }
  'DELETE /api/v1/destinations/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'POST /api/v1/destinations/{id}/test': { path: { id: string }; query: never; body: never; answer: Schemas['DestinationTest'] }
  'GET /api/v1/destinations/{id}/tables': { path: { id: string }; query: never; body: never; answer: Schemas['WarehouseTables'] }
  'GET /api/v1/integrations': { path: never; query: { limit?: number; after?: string; status?: "pending" | "active" | "paused" | "deleted"; q?: string; deleted?: string; troubled?: string; order?: "created" | "name" | "status" | "fresh" | "rows" | "next"; direction?: "up" | "down" }; body: never; answer: { items: (Schemas['Integration'])[]; next: string | null; total: number; present: number } }
  'POST /api/v1/integrations': { path: never; query: never; body: Schemas['IntegrationInput']; answer: Schemas['Integration'] }
  'GET /api/v1/integrations/{id}': { path: { id: string }; query: never; body: never; answer: Schemas['Integration'] }
  'PATCH /api/v1/integrations/{id}': { path: { id: string }; query: never; body: Schemas['IntegrationEdit']; answer: Schemas['Integration'] }
  'DELETE /api/v1/integrations/{id}': { path: { id: string }; query: { drop_tables?: string }; body: never; answer: undefined }
  'POST /api/v1/integrations/{id}/pause': { path: { id: string }; query: never; body: never; answer: Schemas['Integration'] }
  'POST /api/v1/integrations/{id}/activate': { path: { id: string }; query: never; body: never; answer: Schemas['Integration'] }
  'GET /api/v1/integrations/{id}/tables': { path: { id: string }; query: never; body: never; answer: { items: (Schemas['IntegrationTable'])[] } }
  'GET /api/v1/integrations/{id}/accounts': { path: { id: string }; query: { limit?: number; after?: string; status?: "succeeded" | "partial" | "failed" | "paused" | "disconnected"; q?: string }; body: never; answer: { items: (Schemas['IntegrationAccount'])[]; next: string | null; counts: Record<string, number> } }
  'GET /api/v1/integrations/{id}/reads': { path: { id: string }; query: never; body: never; answer: Schemas['Reads'] }
  'GET /api/v1/integrations/{id}/freshness': { path: { id: string }; query: { runs?: number }; body: never; answer: Schemas['Freshness'] }
  'GET /api/v1/integrations/{id}/schema-changes': { path: { id: string }; query: never; body: never; answer: { items: (Schemas['SchemaChange'])[] } }
  'GET /api/v1/integrations/{id}/runs': { path: { id: string }; query: { limit?: number; after?: string; status?: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled" }; body: never; answer: { items: (Schemas['Run'])[]; next: string | null } }
  'POST /api/v1/integrations/{id}/runs': { path: { id: string }; query: never; body: Schemas['RunInput']; answer: Schemas['RunDetail'] }
  'GET /api/v1/integrations/{id}/verifications': { path: { id: string }; query: { limit?: number; after?: string }; body: never; answer: { items: (Schemas['Verification'])[]; next: string | null } }
  'POST /api/v1/integrations/{id}/verifications': { path: { id: string }; query: never; body: Schemas['VerificationInput']; answer: Schemas['VerificationDetail'] }
  'GET /api/v1/integrations/{id}/schema': { path: { id: string }; query: never; body: never; answer: Schemas['WarehouseTables'] }
  'GET /api/v1/integrations/{id}/counts': { path: { id: string }; query: never; body: never; answer: { items: (Schemas['TableCount'])[] } }
  'GET /api/v1/integrations/{id}/preview': { path: { id: string }; query: { table: string; limit?: number }; body: never; answer: Schemas['QueryAnswer'] }
  'GET /api/v1/runs': { path: never; query: { limit?: number; after?: string; integration_id?: string; status?: "queued" | "running" | "succeeded" | "partial" | "failed" | "cancelled"; q?: string }; body: never; answer: { items: (Schemas['Run'])[]; next: string | null } }
  'GET /api/v1/runs/{id}': { path: { id: string }; query: never; body: never; answer: Schemas['RunDetail'] }
  'POST /api/v1/runs/{id}/cancel': { path: { id: string }; query: never; body: never; answer: Schemas['RunDetail'] }
  'POST /api/v1/runs/{id}/retry': { path: { id: string }; query: never; body: never; answer: Schemas['RunDetail'] }
  'GET /api/v1/runs/{id}/logs': { path: { id: string }; query: { after?: number; level?: "debug" | "info" | "warn" | "error"; stream?: string; q?: string; limit?: number }; body: never; answer: { items: (Schemas['LogLine'])[] } }
  'GET /api/v1/runs/{id}/logs.txt': { path: { id: string }; query: { level?: "debug" | "info" | "warn" | "error"; stream?: string; q?: string }; body: never; answer: undefined }
  'GET /api/v1/runs/{id}/events': { path: { id: string }; query: { after?: number }; body: never; answer: undefined }
  'GET /api/v1/verifications/{id}': { path: { id: string }; query: never; body: never; answer: Schemas['VerificationDetail'] }
  'POST /api/v1/verifications/{id}/cancel': { path: { id: string }; query: never; body: never; answer: Schemas['VerificationDetail'] }
  'GET /api/v1/verifications/{id}/events': { path: { id: string }; query: never; body: never; answer: undefined }
  'POST /api/v1/query': { path: never; query: never; body: Schemas['QueryInput']; answer: Schemas['QueryAnswer'] }
  'POST /api/v1/query/csv': { path: never; query: never; body: Schemas['QueryInput']; answer: undefined }
  'GET /api/v1/users': { path: never; query: never; body: never; answer: { items: (Schemas['User'])[] } }
  'PATCH /api/v1/users/{id}': { path: { id: string }; query: never; body: Schemas['UserEdit']; answer: Schemas['User'] }
  'DELETE /api/v1/users/{id}/sessions': { path: { id: string }; query: never; body: never; answer: undefined }
  'GET /api/v1/invitations': { path: never; query: never; body: never; answer: { items: (Schemas['Invitation'])[] } }
  'POST /api/v1/invitations': { path: never; query: never; body: Schemas['InvitationInput']; answer: Schemas['InvitationMade'] }
  'DELETE /api/v1/invitations/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'GET /api/v1/tokens': { path: never; query: never; body: never; answer: { items: (Schemas['Token'])[] } }
  'POST /api/v1/tokens': { path: never; query: never; body: Schemas['TokenInput']; answer: Schemas['TokenMade'] }
  'DELETE /api/v1/tokens/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'GET /api/v1/alerts/channels': { path: never; query: never; body: never; answer: { items: (Schemas['AlertChannel'])[] } }
  'POST /api/v1/alerts/channels': { path: never; query: never; body: Schemas['AlertChannelInput']; answer: Schemas['AlertChannelMade'] }
  'PATCH /api/v1/alerts/channels/{id}': { path: { id: string }; query: never; body: Schemas['AlertChannelEdit']; answer: Schemas['AlertChannel'] }
  'DELETE /api/v1/alerts/channels/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'POST /api/v1/alerts/channels/{id}/test': { path: { id: string }; query: never; body: never; answer: Schemas['AlertTest'] }
  'GET /api/v1/alerts/rules': { path: never; query: never; body: never; answer: { items: (Schemas['AlertRule'])[] } }
  'POST /api/v1/alerts/rules': { path: never; query: never; body: Schemas['AlertRuleInput']; answer: Schemas['AlertRule'] }
  'PATCH /api/v1/alerts/rules/{id}': { path: { id: string }; query: never; body: Schemas['AlertRuleEdit']; answer: Schemas['AlertRule'] }
  'DELETE /api/v1/alerts/rules/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'GET /api/v1/alerts/deliveries': { path: never; query: { limit?: number; after?: string }; body: never; answer: { items: (Schemas['AlertDelivery'])[]; next: string | null } }
  'GET /api/v1/audit': { path: never; query: { limit?: number; after?: string; action?: string; object_id?: string; q?: string }; body: never; answer: { items: (Schemas['AuditEntry'])[]; next: string | null } }
  'GET /api/v1/system': { path: never; query: never; body: never; answer: Schemas['System'] }
  'GET /api/v1/system/read-budgets': { path: never; query: { limit?: number; after?: string; q?: string }; body: never; answer: { items: (Schemas['ReadBudget'])[]; next: string | null } }
  'PUT /api/v1/system/retention': { path: never; query: never; body: Schemas['RetentionGiven']; answer: Schemas['Retention'] }
  'GET /api/v1/webhooks/{id}': { path: { id: string }; query: never; body: never; answer: Schemas['Webhook'] }
  'PUT /api/v1/webhooks/{id}': { path: { id: string }; query: never; body: Schemas['WebhookInput']; answer: Schemas['Webhook'] }
  'DELETE /api/v1/webhooks/{id}': { path: { id: string }; query: never; body: never; answer: undefined }
  'POST /api/v1/webhooks/{id}/endpoint': { path: { id: string }; query: never; body: never; answer: Schemas['Webhook'] }
  'GET /api/v1/oauth': { path: never; query: never; body: never; answer: Schemas['Oauth'] }
  'POST /api/v1/oauth/start': { path: never; query: never; body: never; answer: Schemas['OauthStart'] }
}
