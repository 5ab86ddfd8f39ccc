-- Verifications: comparisons of a warehouse with its source.

create table sluice.verify_runs (
  id uuid primary key,
  integration_id uuid not null references sluice.integrations on delete cascade,
  status text not null
    check (status in ('queued', 'running', 'equal', 'different', 'incomplete', 'failed', 'cancelled')),
  -- Those that were asked for; null for all.
  tables jsonb,
  -- Whether rows that differ are written anew.
  repair boolean not null,
  -- Requests that may be made, by all attempts together; null for as many as it takes.
  max_requests integer,
  -- Counts whoever has worked at it; what an earlier one still says is not written.
  attempt integer not null default 0,
  -- Tries in a row that came to nothing.
  failures integer not null default 0,
  worker text,
  -- The job in the queue; null when it has ended.
  job_id uuid,
  queued_at timestamptz not null,
  -- After something that may pass, it is tried again then.
  not_before timestamptz,
  -- What it has come upon when its turn came: a run of the integration, or another verification of the account.
  waits_for text check (waits_for in ('run', 'account')),
  started_at timestamptz,
  ended_at timestamptz,
  cancel_requested_at timestamptz,
  requests bigint not null default 0,
  -- Of each table, how far the attempt is.
  progress jsonb not null default '[]',
  -- What was found, summed up; the whole of it. Null where it came to no end.
  found jsonb,
  report jsonb,
  -- Why it is tried again, or has failed.
  error text,
  cure text,
  check ((ended_at is null) = (status in ('queued', 'running')))
);
create unique index verify_runs_open on sluice.verify_runs (integration_id) where status in ('queued', 'running');
create index verify_runs_newest on sluice.verify_runs (integration_id, queued_at desc, id desc);

-- What the last verification that looked at a table has said of it.
alter table sluice.tables
  add column verify_id uuid,
  add column verify_status text,
  add column verified_at timestamptz;
