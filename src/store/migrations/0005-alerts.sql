-- Who is told of what: channels, rules, what lasts of what was told, and the messages on their way.

create table sluice.alert_channels (
  id uuid primary key,
  name text not null,
  kind text not null check (kind in ('email', 'slack', 'webhook')),
  -- For people: the recipients, or the host of the address.
  shown text not null,
  -- Recipients; null where the address is a secret.
  recipients jsonb,
  -- The address, and what messages are signed with.
  secret uuid references sluice.secrets,
  created_at timestamptz not null,
  check ((kind = 'email') = (recipients is not null)),
  check ((kind = 'email') = (secret is null))
);
create unique index alert_channels_name on sluice.alert_channels (lower(name));

create table sluice.alert_rules (
  id uuid primary key,
  channel_id uuid not null references sluice.alert_channels on delete cascade,
  -- Of one integration; of all when null.
  integration_id uuid references sluice.integrations on delete cascade,
  events jsonb not null,
  -- With the event stale.
  hours integer,
  created_at timestamptz not null
);
create index alert_rules_channel on sluice.alert_rules (channel_id);

-- What lasts: a row from when it was told until its end was.
create table sluice.alert_states (
  rule_id uuid not null references sluice.alert_rules on delete cascade,
  integration_id uuid not null references sluice.integrations on delete cascade,
  event text not null,
  -- A table or a field; empty where it is the whole integration.
  subject text not null,
  since timestamptz not null,
  primary key (rule_id, integration_id, event, subject)
);

create table sluice.alert_deliveries (
  id uuid primary key,
  channel_id uuid not null references sluice.alert_channels on delete cascade,
  message jsonb not null,
  status text not null default 'queued' check (status in ('queued', 'sent', 'failed')),
  tries integer not null default 0,
  error text,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index alert_deliveries_newest on sluice.alert_deliveries (created_at desc, id desc);

-- Each run that ends is looked at once. Those that ended before are past.
alter table sluice.runs add column alerts_seen boolean not null default false;
update sluice.runs set alerts_seen = true where ended_at is not null;
create index runs_unseen on sluice.runs (ended_at) where ended_at is not null and not alerts_seen;

-- Columns that the warehouse's table was given in a run.
alter table sluice.table_runs add column added jsonb not null default '[]';
