-- Accounts that somebody is connecting by Stripe's own pages: from when they are sent there until an integration takes
-- the tokens over, or the time is over.
create table sluice.oauth_grants (
  id uuid primary key,
  -- Of what Stripe sends back with them; good once.
  state_hash bytea not null unique,
  -- Who was sent: nobody else may come back with it.
  session_id uuid not null,
  -- The tokens, sealed; null until they are back.
  secret uuid references sluice.secrets,
  account_id text,
  expires_at timestamptz not null
);
create index oauth_grants_end on sluice.oauth_grants (expires_at);

