-- Who did what. Rows are added and never changed; a trigger sees to it.
create table sluice.audit (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor_kind text not null check (actor_kind in ('user', 'token', 'system')),
  actor_id uuid,
  actor_name text not null,
  action text not null,
  object_kind text not null,
  object_id text,
  object_name text,
  details jsonb not null default '{}',
  ip text
);
create index audit_object on sluice.audit (object_id, id desc);
create index audit_action on sluice.audit (action text_pattern_ops, id desc);

create function sluice.audit_stays() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is only added to';
end $$;
create trigger audit_stays before update or delete or truncate on sluice.audit
  for each statement execute function sluice.audit_stays();
