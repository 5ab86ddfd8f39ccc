-- Verifications by a schedule, and who is told of what they found.

alter table sluice.verify_runs
  add column trigger text not null default 'person' check (trigger in ('person', 'schedule')),
  -- Each that ends is looked at once. Those that ended before are past.
  add column alerts_seen boolean not null default false;
alter table sluice.verify_runs alter column trigger drop default;
update sluice.verify_runs set alerts_seen = true where ended_at is not null;
create index verify_runs_unseen on sluice.verify_runs (ended_at) where ended_at is not null and not alerts_seen;

alter table sluice.integrations
  -- When it is verified by itself, and with how many requests.
  add column verify jsonb not null default '{"schedule": {"kind": "manual"}, "max_requests": null}',
  add column next_verify_at timestamptz;
create index integrations_verify_due on sluice.integrations (next_verify_at) where status = 'active';
