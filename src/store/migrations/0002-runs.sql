-- How far runs are, what they have brought together, and what they read of an account.

alter table sluice.runs
  -- A run that is tried again waits until then.
  add column not_before timestamptz;

alter table sluice.table_runs
  add column read bigint not null default 0,
  -- How much of the table is done, 0 to 1, where it can be told.
  add column fraction real;

alter table sluice.integrations
  -- Rows that all its runs have written.
  add column rows_total bigint not null default 0,
  -- Why the schedule let its last tick pass; null when it did not.
  add column held text;

-- Each table of an integration, as its last runs left it.
create table sluice.tables (
  integration_id uuid not null references sluice.integrations on delete cascade,
  stream text not null,
  table_name text not null,
  -- Of its last table run, and in which run that was.
  status text,
  reason text,
  run_id uuid,
  last_run timestamptz,
  rows_last bigint not null default 0,
  rows_total bigint not null default 0,
  columns integer,
  primary key (integration_id, stream)
);

-- Reads of an account by day (UTC), for budgets; of the last 30 days.
create table sluice.reads (
  account_id text not null,
  day date not null,
  reads bigint not null,
  primary key (account_id, day)
);

alter table sluice.destinations
  add column kind text not null default '',
  -- Whether SQL can be asked of it.
  add column queryable boolean not null default false;
update sluice.destinations set kind = split_part(address_shown, ':', 1), queryable = true;
alter table sluice.destinations alter column kind drop default, alter column queryable drop default;

-- The account that the service makes up itself needs no key.
alter table sluice.integrations
  drop constraint integrations_check,
  add constraint integrations_complete check (
    status = 'deleted'
    or (destination_id is not null and (source_secret is not null or source ->> 'kind' = 'demo'))
  );
