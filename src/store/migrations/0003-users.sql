-- People: who they are, their sessions and passwords, invitations, API tokens; who did what.
-- users, sessions, logins and verifications are read and written by better-auth, in the words of 0018.

create table sluice.users (
  id uuid primary key,
  name text not null,
  email text not null,
  email_verified boolean not null default false,
  image text,
  role text not null default 'viewer' check (role in ('admin', 'editor', 'viewer')),
  -- Who is not can neither sign in nor use a token.
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index users_email on sluice.users (lower(email));

create table sluice.sessions (
  id uuid primary key,
  user_id uuid not null references sluice.users on delete cascade,
  -- The cookie has it signed; the key of the signature is a secret.
  token text not null unique,
  ip_address text,
  user_agent text,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index sessions_user on sluice.sessions (user_id);
create index sessions_end on sluice.sessions (expires_at);

-- How a user signs in; today each has one, with the hash (scrypt) of a password.
create table sluice.logins (
  id uuid primary key,
  user_id uuid not null references sluice.users on delete cascade,
  provider_id text not null,
  account_id text not null,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz,
  refresh_token_expires_at timestamptz,
  scope text,
  password text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (provider_id, account_id)
);
create index logins_user on sluice.logins (user_id);

create table sluice.verifications (
  id uuid primary key,
  identifier text not null,
  value text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index verifications_identifier on sluice.verifications (identifier);

-- Links that were sent: to come in, or to set a new password. Only their hashes are kept.
create table sluice.links (
  id uuid primary key,
  kind text not null check (kind in ('invitation', 'password')),
  hash bytea not null unique,
  email text not null,
  role text check (role in ('admin', 'editor', 'viewer')),
  user_id uuid references sluice.users on delete cascade,
  made_by uuid references sluice.users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  check ((kind = 'invitation') = (role is not null))
);
create unique index links_open on sluice.links (kind, lower(email));

create table sluice.tokens (
  id uuid primary key,
  user_id uuid not null references sluice.users on delete cascade,
  name text not null,
  scope text not null check (scope in ('read', 'write', 'admin')),
  -- SHA-256 of the token, and how it begins.
  hash bytea not null unique,
  shown text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  used_at timestamptz
);
create index tokens_user on sluice.tokens (user_id);

-- How often something was tried of late: a password, an address.
create table sluice.attempts (
  key text primary key,
  count integer not null,
  until timestamptz not null
);

-- The answers of creates that came with an Idempotency-Key, for a day.
create table sluice.idempotency_keys (
  user_id uuid not null references sluice.users on delete cascade,
  key text not null,
  -- Of operation and body.
  fingerprint bytea not null,
  -- Null while it is worked at.
  status integer,
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (user_id, key)
);
create index idempotency_keys_age on sluice.idempotency_keys (created_at);
