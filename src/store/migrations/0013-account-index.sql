-- Of an account: its integrations, the lowest limit of them, the accounts page by page.
create index integrations_account on sluice.integrations (account_id) where status <> 'deleted';
