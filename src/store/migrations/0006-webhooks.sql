-- What Stripe calls when something changed: one endpoint per integration.

create table sluice.webhooks (
  integration_id uuid primary key references sluice.integrations on delete cascade,
  -- What Stripe signs with.
  secret uuid not null references sluice.secrets,
  created_at timestamptz not null,
  -- When Stripe last called.
  called_at timestamptz,
  -- Something changed that no run has looked for; null when nothing did.
  wanted_at timestamptz
);
create index webhooks_wanted on sluice.webhooks (wanted_at) where wanted_at is not null;

alter table sluice.runs
  drop constraint runs_trigger_check,
  add constraint runs_trigger_check check (trigger in ('schedule', 'person', 'retry', 'webhook'));
