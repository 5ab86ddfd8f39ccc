-- The trace of the request that asked for a run, so that both can be looked at together.
alter table sluice.runs add column trace text;
