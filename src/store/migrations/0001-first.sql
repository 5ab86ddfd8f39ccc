-- What the control plane keeps. The queue's own tables are pg-boss's, in the schema pgboss.

create table sluice.settings (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);

-- Sealed with the key whose fingerprint is key_id; what it is of is bound to its id.
create table sluice.secrets (
  id uuid primary key,
  key_id text not null,
  nonce bytea not null,
  sealed bytea not null,
  created_at timestamptz not null default now()
);

create table sluice.destinations (
  id uuid primary key,
  name text not null,
  -- Without passwords; the whole address is a secret.
  address_shown text not null,
  address_secret uuid not null references sluice.secrets,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index destinations_name on sluice.destinations (lower(name));

create table sluice.integrations (
  id uuid primary key,
  name text not null,
  description text not null,
  status text not null check (status in ('pending', 'active', 'paused', 'deleted')),
  destination_id uuid references sluice.destinations,
  -- How the account is reached, without its key.
  source jsonb not null,
  source_secret uuid references sluice.secrets,
  key_shown text,
  account_id text not null,
  account_name text,
  livemode boolean not null,
  selection jsonb not null,
  since timestamptz,
  schedule jsonb not null,
  next_run_at timestamptz,
  -- When a run first loaded data.
  loaded_at timestamptz,
  -- Raised by every edit, so that nobody overwrites what they have not seen.
  revision integer not null default 1,
  -- A deleted integration keeps its name until somebody asks for it by that name on purpose.
  name_released boolean not null default false,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  check (status = 'deleted' or (destination_id is not null and source_secret is not null))
);
create unique index integrations_name on sluice.integrations (lower(name)) where not name_released;
create index integrations_due on sluice.integrations (next_run_at) where status in ('pending', 'active');
create index integrations_destination on sluice.integrations (destination_id);

create table sluice.runs (
  id uuid primary key,
  integration_id uuid not null references sluice.integrations,
  status text not null
    check (status in ('queued', 'running', 'succeeded', 'partial', 'failed', 'cancelled')),
  trigger text not null check (trigger in ('schedule', 'person', 'retry')),
  -- Some of the integration's tables; all of them when null.
  tables jsonb,
  full_refresh boolean not null default false,
  -- Raised by every worker that takes the run: whoever has an older number may write nothing.
  attempt integer not null default 0,
  -- Attempts in a row that failed with something that may pass, or of which the worker died.
  failures integer not null default 0,
  worker text,
  job_id uuid,
  queued_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  rows bigint not null default 0,
  deleted bigint not null default 0,
  requests bigint not null default 0,
  rate_limited bigint not null default 0,
  incidents jsonb not null default '[]',
  error text,
  cure text,
  cancel_requested_at timestamptz
);
create unique index runs_open on sluice.runs (integration_id) where status in ('queued', 'running');
create index runs_of_integration on sluice.runs (integration_id, queued_at desc, id);
create index runs_newest on sluice.runs (queued_at desc, id);

create table sluice.table_runs (
  run_id uuid not null references sluice.runs on delete cascade,
  stream text not null,
  table_name text not null,
  status text not null check (
    status in ('queued', 'running', 'ok', 'no_permission', 'unavailable', 'failed', 'paused', 'cancelled')
  ),
  rows bigint not null default 0,
  deleted bigint not null default 0,
  requests bigint not null default 0,
  last_run_before timestamptz,
  last_run timestamptz,
  reason text,
  drift jsonb not null default '[]',
  started_at timestamptz,
  ended_at timestamptz,
  primary key (run_id, stream)
);

create table sluice.run_logs (
  id bigint generated always as identity primary key,
  run_id uuid not null references sluice.runs on delete cascade,
  attempt integer not null,
  at timestamptz not null,
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  stream text,
  message text not null
);
create index run_logs_of_run on sluice.run_logs (run_id, id);
create index run_logs_age on sluice.run_logs using brin (at);
