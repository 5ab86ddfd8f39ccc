-- The endpoint in Stripe, where the service made it itself; null where a person did.
alter table sluice.webhooks add column endpoint_id text;
