-- Integrations that were deleted together with what they had in their warehouse: a worker drops that, since the server
-- may not reach the warehouse.

create table sluice.drops (
  integration_id uuid primary key references sluice.integrations on delete cascade,
  status text not null check (status in ('queued', 'running', 'done', 'failed')),
  -- Of the queue; who holds another job has nothing to say any more. Null when it has ended.
  job_id uuid,
  -- Tries in a row that came to nothing.
  failures integer not null default 0,
  -- The names of the tables that were there, when it is done.
  tables jsonb,
  error text,
  cure text,
  requested_at timestamptz not null,
  ended_at timestamptz
);
create index drops_open on sluice.drops (requested_at) where status in ('queued', 'running');
