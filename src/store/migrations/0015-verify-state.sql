-- What a verification has found so far, in the words of the program: with it, the next worker goes on where this one was.
alter table sluice.verify_runs add column state jsonb;
