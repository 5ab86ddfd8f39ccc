-- The trace of the request that asked for a verification, as runs have it.
alter table sluice.verify_runs add column trace text;
