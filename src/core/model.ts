/**
 * The words of Sluice. Start here: every other file uses these, with these meanings.
 *
 * - **source**: reads one upstream system
 * - **stream**: a named collection of objects of one shape with a primary key
 * - **catalog**: all streams that a source offers
 * - **selection**: the streams and fields that an integration replicates
 * - **account**: whose objects they are, upstream; an integration has one, or its owner's and others'
 * - **integration**: account + destination + selection + schedule, under a name that never changes
 * - **destination**: a kind of warehouse; a **warehouse** is one opened
 * - **page**: changes read together, plus the checkpoint that is safe once they are durable
 * - **slice**: an independently readable part of a stream
 * - **cursor / checkpoint / state**: opaque position / `{scope, cursor}` / all checkpoints of an integration
 * - **load**: one immutable, bounded set of batches, one per table: the unit of write, retry and idempotence
 * - **run**: one execution of an integration; a **table run** is one stream's part of it
 */

export type * from './model/accounts.ts'
export type * from './model/changes.ts'
export type * from './model/choices.ts'
export type * from './model/destination.ts'
export type * from './model/rows.ts'
export type * from './model/run.ts'
export type * from './model/source.ts'
