-- The accounts of integrations that have several, as the last run of each left it.

create table sluice.accounts (
  integration_id uuid not null references sluice.integrations on delete cascade,
  account_id text not null,
  name text,
  status text not null check (status in ('succeeded', 'partial', 'failed', 'paused', 'disconnected')),
  run_id uuid references sluice.runs on delete set null,
  -- Of that run.
  rows bigint not null,
  deleted bigint not null,
  requests bigint not null,
  reason text,
  cure text,
  -- Tables that are not well: stream, status, reason.
  tables jsonb not null default '[]',
  -- When the last run began that brought all its tables up to date.
  last_run timestamptz,
  tried_at timestamptz not null,
  primary key (integration_id, account_id)
);
create index accounts_run on sluice.accounts (run_id);
